export type SqlStatement = { text: string; line: number };

/**
 * Splits a script into statements. Knows what may hide a semicolon: strings (also `E''`), quoted identifiers, dollar
 * quotes, nested comments, parentheses and `begin atomic … end` bodies.
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start = -1;
  let parentheses = 0;
  let words: string[] = [];
  let blocks = 0;
  let at = 0;
  const finish = (end: number) => {
    if (start >= 0) statements.push({ text: sql.slice(start, end).trimEnd(), line: lineAt(sql, start) });
    start = -1;
    parentheses = 0;
    words = [];
    blocks = 0;
  };
  while (at < sql.length) {
    const skipped = skipBlank(sql, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const character = sql.charAt(at);
    if (character === ';' && parentheses <= 0 && blocks === 0) {
      finish(at);
      at += 1;
      continue;
    }
    if (start < 0) start = at;
    const literalEnd = skipLiteral(sql, at);
    if (literalEnd > at) {
      at = literalEnd;
      continue;
    }
    if (character === '(') parentheses += 1;
    if (character === ')') parentheses -= 1;
    const word = wordAt(sql, at);
    if (word === undefined) {
      at += 1;
      continue;
    }
    at += word.length;
    const lower = word.toLowerCase();
    if (words.length < 4) words.push(lower);
    if (!isRoutine(words)) continue;
    if (lower === 'begin' || (blocks > 0 && lower === 'case')) blocks += 1;
    if (blocks > 0 && lower === 'end') blocks -= 1;
  }
  finish(sql.length);
  return statements;
}

export function lineAt(sql: string, offset: number): number {
  let line = 1;
  for (let at = sql.indexOf('\n'); at >= 0 && at < offset; at = sql.indexOf('\n', at + 1)) line += 1;
  return line;
}

function isRoutine(words: string[]): boolean {
  const [first, second, third, fourth] = words;
  const kind = second === 'or' && third === 'replace' ? fourth : second;
  return first === 'create' && (kind === 'function' || kind === 'procedure');
}

/** End of the white space and comments that begin at `at`. */
function skipBlank(sql: string, at: number): number {
  let end = at;
  while (true) {
    const before = end;
    while (/\s/.test(sql.charAt(end))) end += 1;
    if (sql.startsWith('--', end)) {
      const newline = sql.indexOf('\n', end);
      end = newline < 0 ? sql.length : newline + 1;
    } else if (sql.startsWith('/*', end)) end = skipComment(sql, end);
    if (end === before) return end;
  }
}

function skipComment(sql: string, at: number): number {
  let depth = 0;
  let end = at;
  while (end < sql.length) {
    if (sql.startsWith('/*', end)) {
      depth += 1;
      end += 2;
    } else if (sql.startsWith('*/', end)) {
      depth -= 1;
      end += 2;
      if (depth === 0) return end;
    } else end += 1;
  }
  return end;
}

/** End of the string, quoted identifier or dollar quote that begins at `at`; `at` when none does. */
function skipLiteral(sql: string, at: number): number {
  const character = sql.charAt(at);
  if (character === "'") return skipQuoted(sql, at, "'", false);
  if (character === '"') return skipQuoted(sql, at, '"', false);
  if (/[eE]/.test(character) && sql.charAt(at + 1) === "'") return skipQuoted(sql, at + 1, "'", true);
  if (character !== '$') return at;
  const tag = /^\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/.exec(sql.slice(at, at + 70))?.[0];
  if (tag === undefined) return at;
  const end = sql.indexOf(tag, at + tag.length);
  return end < 0 ? sql.length : end + tag.length;
}

function skipQuoted(sql: string, at: number, quote: string, hasEscapes: boolean): number {
  let end = at + 1;
  while (end < sql.length) {
    if (hasEscapes && sql.charAt(end) === '\\') end += 2;
    else if (sql.charAt(end) !== quote) end += 1;
    else if (sql.charAt(end + 1) === quote) end += 2;
    else return end + 1;
  }
  return sql.length;
}

/** An identifier or number; taken whole, so that the `$` in `a$b$` opens no quote. */
function wordAt(sql: string, at: number): string | undefined {
  word.lastIndex = at;
  return word.exec(sql)?.[0];
}
const word = /[A-Za-z0-9_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
