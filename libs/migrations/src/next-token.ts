/** `word`: a keyword, name or number. `literal`: a string or dollar quote. `end` is behind its last character. */
export type Token = { kind: 'word' | 'literal' | 'quoted-name' | 'symbol'; at: number; end: number };

// PostgreSQL's own notion of white space: a no-break space is a letter to it.
const BLANK = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const WORD = /[A-Za-z0-9_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/** The token at or after `at`, past white space and comments; undefined at the end. `hasEscapes`: plain strings have. */
export function nextToken(sql: string, at: number, hasEscapes: boolean): Token | undefined {
  const start = skipBlank(sql, at);
  if (start >= sql.length) return undefined;
  const first = sql.charAt(start);
  if (first === "'") return { kind: 'literal', at: start, end: quoteEnd(sql, start, hasEscapes) };
  if (/[eE]/.test(first) && sql.charAt(start + 1) === "'") {
    return { kind: 'literal', at: start, end: quoteEnd(sql, start + 1, true) };
  }
  if (first === '"') return { kind: 'quoted-name', at: start, end: quoteEnd(sql, start, false) };
  const dollar = endOf(DOLLAR_TAG, sql, start);
  if (dollar !== undefined) {
    const tag = sql.slice(start, dollar);
    const close = sql.indexOf(tag, dollar);
    return { kind: 'literal', at: start, end: close < 0 ? sql.length : close + tag.length };
  }
  // Taken whole, so that the `$` in `a$b$` opens no quote.
  const word = endOf(WORD, sql, start);
  if (word !== undefined) return { kind: 'word', at: start, end: word };
  return { kind: 'symbol', at: start, end: start + 1 };
}

function skipBlank(sql: string, at: number): number {
  let end = at;
  while (true) {
    const before = end;
    end = endOf(BLANK, sql, end) ?? end;
    end = endOf(LINE_COMMENT, sql, end) ?? end;
    if (sql.startsWith('/*', end)) end = commentEnd(sql, end);
    if (end === before) return end;
  }
}

/** Comments nest. */
function commentEnd(sql: string, at: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at;
  let depth = 0;
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

/** Behind the closing quote; a doubled one closes nothing. */
function quoteEnd(sql: string, at: number, hasEscapes: boolean): number {
  const quote = sql.charAt(at);
  let end = at + 1;
  while (true) {
    const close = sql.indexOf(quote, end);
    if (close < 0) return sql.length;
    const escape = hasEscapes ? sql.indexOf('\\', end) : -1;
    if (escape >= 0 && escape < close) end = escape + 2;
    else if (sql.charAt(close + 1) === quote) end = close + 2;
    else return close + 1;
  }
}

function endOf(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}
