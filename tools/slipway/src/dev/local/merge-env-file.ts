import { parseEnv } from 'node:util';
import type { Environment } from '../../services/resolve-environments.ts';

/** The text after `values` are in it, or the keys of those values that no env file can hold. */
export type MergedEnvFile = { text: string } | { unwritable: string[] };

/**
 * Puts `values` into an env file. Lines that are there stay as they are, byte for byte; an entry is replaced only where
 * its value is another one (a service-to-service key whose other end was changed), a missing one is added. Node's own
 * parser says what an entry is and checks the result.
 */
export function mergeEnvFile(text: string, values: Environment, header: string): MergedEnvFile {
  let merged = text === '' ? `${header}\n` : text;
  const unwritable: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (parseEnv(merged)[key] === value) continue;
    const next = withEntry(merged, key, value);
    if (next === undefined) unwritable.push(key);
    else merged = next;
  }
  return unwritable.length > 0 ? { unwritable } : { text: merged };
}

/** The text with the entry in a form in which it and everything else reads as it should; undefined when there is none. */
function withEntry(text: string, key: string, value: string): string | undefined {
  const held = parseEnv(text);
  const [before, after] = held[key] === undefined ? [withEnd(text), ''] : around(text, key, held[key]);
  const wanted = { ...held, [key]: value };
  return forms(value)
    .map((form) => `${before}${key}=${form}\n${after}`)
    .find((candidate) => isSame(parseEnv(candidate), wanted));
}

/** Bare where every reader of env files agrees (Node, a shell), else in the first quotes that leave the value as it is. */
function forms(value: string): string[] {
  const quoted = ["'", '"', '`'].map((mark) => `${mark}${value}${mark}`);
  return /^[\w.@:/+=,%-]*$/.test(value) ? [value, ...quoted] : [...quoted, value];
}

/** What comes before and after the last entry of `key`, which may be several lines long. */
function around(text: string, key: string, value: string): [string, string] {
  const lines = text.split('\n');
  const begins = new RegExp(`^\\s*(export\\s+)?${key}\\s*=`);
  for (let first = lines.length - 1; first >= 0; first--) {
    if (!begins.test(lines[first] ?? '')) continue;
    for (let last = first; last < lines.length; last++) {
      if (parseEnv(lines.slice(first, last + 1).join('\n'))[key] !== value) continue;
      const head = lines.slice(0, first).map((line) => `${line}\n`);
      return [head.join(''), lines.slice(last + 1).join('\n')];
    }
  }
  return [withEnd(text), ''];
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function isSame(a: NodeJS.Dict<string>, b: NodeJS.Dict<string>): boolean {
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]);
}
