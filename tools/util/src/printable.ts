/**
 * Text of others (logs, events, answers, names) as a terminal may show it. An escape sequence in it clears the screen, sets
 * the clipboard or hides a line; here it is written out: `\x1b[2J`. For text without colours of our own.
 */

/** C0, DEL, C1, and what turns the direction of text or begins a line for some. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const UNSAFE_BUT_LAYOUT = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const NAMES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Keeps line breaks (`\r\n` as `\n`) and tabs. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_BUT_LAYOUT, writtenOut);
}

/** For a place that has one line: a name, a cell of a table. */
export function printableLine(text: string): string {
  return text.replace(UNSAFE, writtenOut);
}

/** A JSON text with the same value, its lines joined. What JSON itself leaves in strings is escaped as JSON does it. */
export function printableJson(json: string): string {
  // Valid JSON has these between its tokens alone.
  return json.replace(/[\t\n\r]/g, ' ').replace(UNSAFE, inUnicode);
}

/** Whether a terminal may show the text as one line. */
export function isPrintable(text: string): boolean {
  return printableLine(text) === text;
}

function writtenOut(character: string): string {
  const code = character.charCodeAt(0);
  return NAMES[character] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : inUnicode(character));
}

function inUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
