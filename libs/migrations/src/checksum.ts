import { createHash } from 'node:crypto';

/** SHA-256 of a migration's text, whose line ends are `\n`: what a database records beside the name. */
export function checksum(text: string): string {
  return sha256(text);
}

/**
 * Whether `recorded` is the checksum of this text in any form that says the same: with other line ends, with or without
 * a last one, with a byte order mark, or in Latin-1, which earlier versions applied as they came.
 */
export function isSameText(text: string, recorded: string): boolean {
  return [...forms(text)].some((form) => sha256(form) === recorded);
}

function* forms(text: string): Generator<string | Buffer> {
  const trimmed = text.trimEnd();
  for (const ending of new Set([text, trimmed, `${trimmed}\n`])) {
    for (const lines of new Set([ending, ending.replaceAll('\n', '\r\n')])) {
      yield lines;
      yield `\uFEFF${lines}`;
      if (/^[\0-\x7F]*$/.test(lines)) continue;
      // As it was read: each byte that is no UTF-8 became U+FFFD; and as it was stored.
      yield lines.replace(/[^\0-\x7F]/gu, '\uFFFD');
      if (/^[\0-\xFF]*$/.test(lines)) yield Buffer.from(lines, 'latin1');
    }
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
