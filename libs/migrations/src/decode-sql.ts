import type { MigrationProblem } from './migration-problem.ts';

const LINE_FEED = 0x0a;

/** The text of a migration with `\n` as line ends, or why its bytes are no text that Postgres would take as it is. */
export function decodeSql(file: string, bytes: Buffer): { text: string } | { problem: MigrationProblem } {
  if (isUtf16(bytes)) return { problem: { code: 'not-utf8', file, line: 1, guess: 'UTF-16' } };
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) {
    return { problem: { code: 'byte-order-mark', file, line: 1 } };
  }
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    return { problem: { code: 'not-utf8', file, line: firstUndecodableLine(bytes), guess: 'ISO-8859-1' } };
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) return { problem: { code: 'nul-character', file, line: text.slice(0, nul).split('\n').length } };
  return { text: text.replaceAll('\r\n', '\n') };
}

function decodeUtf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** No byte of a character's UTF-8 is a line feed: each line can be looked at alone. */
function firstUndecodableLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(LINE_FEED, start);
    const stop = end < 0 ? bytes.length : end;
    try {
      decodeUtf8(bytes.subarray(start, stop));
    } catch {
      return line;
    }
    start = stop + 1;
  }
  return line;
}

/** By its byte order mark, or by the NULs that every second byte of most SQL would be. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const head = bytes.subarray(0, 200);
  return head.length >= 4 && head.filter((byte) => byte === 0).length >= head.length / 3;
}
