import { base64Forms } from './base64-forms.ts';

/**
 * The last look at what is printed: nobody knows what an API server, kubectl or Node puts into an error. The values are
 * this process' own, so they are kept here and not passed from hand to hand.
 */
import { printable, printableLine } from './printable.ts';

/** What stands in the place of a secret value. */
const MASK = '(secret)';
/** A shorter text would be found in ordinary words, characters. */
const SHORTEST = 8;

/** Keys whose values stand in many a message. */
const NAMES = /user(name)?$|email$|namespace$/i;

/** Longest first: a part of a value must not break up the whole. */
let hidden: string[] = [];

/** From now on `masked` takes the value out of every text: as it is, line by line, in base64, in a URL and in JSON. */
export function hideSecret(value: string | Buffer): void {
  const forms = typeof value === 'string' ? formsOf(value) : [value.toString('base64'), ...formsOf(value.toString())];
  const fresh = forms.filter((form) => form.length >= SHORTEST && !hidden.includes(form));
  if (fresh.length > 0) hidden = [...hidden, ...new Set(fresh)].sort((a, b) => b.length - a.length);
}

/** The same for the value of a key, unless the key says that it is a name and opens nothing. */
export function hideValue(key: string, value: string | Buffer): void {
  if (!NAMES.test(key)) hideSecret(value);
}

/** The text without any value that was hidden. */
export function masked(text: string): string {
  return hidden.reduce((result, value) => (result.includes(value) ? result.replaceAll(value, MASK) : result), text);
}

function formsOf(value: string): string[] {
  // The first and last line of a PEM are no secret, and help to tell what it is.
  const lines = value.split(/[\r\n]+/).filter((line) => !line.startsWith('-----'));
  const list = /^[\w.~-]+(,[\w.~-]+)+$/.test(value) ? value.split(',') : [];
  const parts = [value, value.trim(), ...lines.map((line) => line.trim()), ...list, ...innerValues(value)];
  return parts.flatMap((part) => [
    part,
    // Control characters are written out before or after this.
    printable(part),
    printableLine(part),
    inJson(part),
    encodeURIComponent(part.toWellFormed()),
    ...base64Forms(part),
  ]);
}

/** The password of a URL, the private parts of a key set. */
function innerValues(value: string): string[] {
  if (URL.canParse(value)) return [new URL(value).password, decoded(new URL(value).password)];
  return [...value.matchAll(/"(?:d|k|p|q|dp|dq|qi)":"([^"]+)"/g)].map(([, part]) => part!);
}

function decoded(component: string): string {
  try {
    return decodeURIComponent(component);
  } catch {
    return component;
  }
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
