import { isUtf8 } from 'node:buffer';

/** What Linux hands to a process as one `KEY=value`, its final zero included, bytes (MAX_ARG_STRLEN). */
const LONGEST = 131_072;

/** Why no process can get `value` as the environment variable `key`; undefined when it can. Says nothing of the value. */
export function valueProblem(key: string, value: Buffer): string | undefined {
  if (value.includes(0)) return 'holds a NUL byte, where an environment variable would end';
  if (!isUtf8(value)) return 'is not UTF-8: no container starts with such an environment variable';
  const most = LONGEST - Buffer.byteLength(key) - 2;
  if (value.length > most) return `is ${value.length} bytes long: Linux starts no process with more than ${most}`;
  return undefined;
}
