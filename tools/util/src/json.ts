import { readFileSync } from 'node:fs';
import { UserError } from './errors.ts';

/**
 * A JSON text of our own or of a tool that documents its answers. Where others may write it, `isContent` checks what it
 * is. Throws UserError that begins with `what` the text is.
 */
export function parseJson<Content>(
  text: string,
  what: string,
  isContent: (value: unknown) => value is Content = (_value): _value is Content => true,
): Content {
  const value = parse(text, what);
  if (!isContent(value)) throw new UserError(`${what} does not hold what it should`);
  return value;
}

/** The same for a file; a missing one is the system's error (ENOENT). */
export function readJson<Content>(file: string, isContent?: (value: unknown) => value is Content): Content {
  return parseJson(readFileSync(file, 'utf8'), file, isContent);
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${what} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
