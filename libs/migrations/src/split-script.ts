import { nextToken, type Token } from './next-token.ts';

/** `line`: 1-based. `head`: its first tokens in lower case, one blank between, comments left out. */
export type SqlStatement = { text: string; line: number; head: string };

export type Script = {
  statements: SqlStatement[];
  /** Lines or parts of lines that only psql understands. */
  psqlCommands: { text: string; line: number }[];
};

const HEAD_TOKENS = 1000;
const COPY_FROM_STDIN = /^copy .* from stdin\b/;
const STANDARD_STRINGS = /^set (?:session )?standard_conforming_strings (?:=|to) '?(off|on|false|true|no|yes|0|1)\b/;

/**
 * Splits a script into its statements. Knows what may hide a semicolon: strings (also `E''`), quoted names, dollar quotes,
 * nested comments, parentheses and `begin atomic … end` bodies.
 */
export function splitScript(sql: string): Script {
  const statements: SqlStatement[] = [];
  const psqlCommands: Script['psqlCommands'] = [];
  const lineAt = lineCounter(sql);
  let hasEscapes = false;
  let at = 0;
  let start = -1;
  let line = 1;
  let head: string[] = [];
  let parentheses = 0;
  let blocks = 0;

  const finish = (end: number) => {
    if (start < 0) return;
    const statement = { text: sql.slice(start, end).trimEnd(), line, head: head.join(' ') };
    statements.push(statement);
    const strings = STANDARD_STRINGS.exec(statement.head)?.[1];
    if (strings !== undefined) hasEscapes = /^(off|false|no|0)$/.test(strings);
    if (COPY_FROM_STDIN.test(statement.head)) at = dataEnd(sql, at);
    start = -1;
    head = [];
    parentheses = 0;
    blocks = 0;
  };

  for (let token = nextToken(sql, at, hasEscapes); token !== undefined; token = nextToken(sql, at, hasEscapes)) {
    at = token.end;
    const text = textOf(sql, token);
    if (text === '\\') {
      at = lineEnd(sql, token.at);
      psqlCommands.push({ text: sql.slice(token.at, at).trim(), line: lineAt(token.at) });
      continue;
    }
    if (text === ';' && parentheses <= 0 && blocks === 0) {
      finish(token.at);
      continue;
    }
    if (start < 0) {
      start = token.at;
      line = lineAt(start);
    }
    if (text === '(') parentheses += 1;
    if (text === ')') parentheses -= 1;
    if (token.kind === 'word') blocks += blockChange(text, head, blocks);
    if (head.length < HEAD_TOKENS) head.push(text);
    else head[HEAD_TOKENS] = text;
  }
  finish(sql.length);
  return { statements, psqlCommands };
}

/** How a word changes the depth of blocks in an SQL-standard function body. */
function blockChange(word: string, before: string[], blocks: number): number {
  const previous = before.at(-1);
  if (word === 'atomic' && previous === 'begin' && isRoutine(before)) return 1;
  // After these any word is a name.
  if (blocks === 0 || previous === '.' || previous === 'as') return 0;
  if (word === 'case') return 1;
  return word === 'end' ? -1 : 0;
}

function isRoutine([first, second, third, fourth]: string[]): boolean {
  const kind = second === 'or' && third === 'replace' ? fourth : second;
  return first === 'create' && (kind === 'function' || kind === 'procedure');
}

function textOf(sql: string, { kind, at, end }: Token): string {
  const text = sql.slice(at, end);
  return kind === 'word' ? text.toLowerCase() : text;
}

function lineEnd(sql: string, at: number): number {
  const end = sql.indexOf('\n', at);
  return end < 0 ? sql.length : end;
}

/** End of the rows that psql would send: a line with `\.` alone. */
function dataEnd(sql: string, at: number): number {
  const end = /^\\\.[ \t]*$/gm;
  end.lastIndex = at;
  return end.test(sql) ? end.lastIndex : sql.length;
}

/** Line of an offset; asked in ascending order, it reads the text once. */
function lineCounter(sql: string): (offset: number) => number {
  let line = 1;
  let counted = 0;
  return (offset) => {
    for (let at = sql.indexOf('\n', counted); at >= 0 && at < offset; at = sql.indexOf('\n', at + 1)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}
