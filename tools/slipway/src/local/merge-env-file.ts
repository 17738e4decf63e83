import { parseEnv } from 'node:util';
import { UserError } from '@slipway/util/errors';
import type { Environment } from '../contract/resolve-environments.ts';

/**
 * The text of an env file after `values` are in it. Lines that are there stay as they are, byte for byte; a line is
 * replaced only where its value is another one (an edge key whose other end was changed), a missing one is added.
 */
export function mergeEnvFile(text: string, values: Environment, header: string): string {
  const held = parseEnv(text);
  let merged = text === '' ? `${header}\n` : text;
  for (const [key, value] of Object.entries(values)) {
    if (held[key] === value) continue;
    const line = `${key}=${quote(value)}`;
    if (held[key] === undefined) merged += `${merged === '' || merged.endsWith('\n') ? '' : '\n'}${line}\n`;
    // A function, because "$&" in a value would be a pattern.
    else merged = merged.replace(new RegExp(`^[ \\t]*(export[ \\t]+)?${key}[ \\t]*=.*$`, 'gm'), () => line);
  }
  return merged;
}

/** Bare where every reader of env files agrees (node, a shell, kustomize), else in quotes that the value does not hold. */
function quote(value: string): string {
  if (/^[\w.@:/+=,%-]*$/.test(value)) return value;
  const mark = ["'", '"', '`'].find((quotes) => !value.includes(quotes));
  if (mark === undefined)
    throw new UserError('a value with all three kinds of quotes cannot be written to an env file');
  return `${mark}${value}${mark}`;
}
