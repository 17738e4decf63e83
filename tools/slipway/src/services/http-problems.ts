import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { isKeyName } from './key-name.ts';
import { unknownKeys } from './unknown-keys.ts';

const ROUTES = ['ready', 'live'];
const PORTS = ['port', 'management'];

/** What is wrong with `http` of a slipway.yaml. */
export function httpProblems(http: unknown): Omit<Problem, 'file'>[] {
  if (http === undefined) return [];
  if (!isObject(http)) return [{ key: 'http', message: 'is no object', hint: 'http: { ready: /health }' }];
  return Object.entries(http).flatMap(([name, value]) => {
    const key = `http.${name}`;
    if (PORTS.includes(name)) {
      if (isKeyName(value)) return [];
      return [
        { key, message: 'is no key of the environment', hint: `name the key that holds the port: ${name}: PORT` },
      ];
    }
    if (!ROUTES.includes(name)) return unknownKeys({ [name]: value }, [...ROUTES, ...PORTS], 'http');
    if (typeof value === 'string' && value.startsWith('/')) return [];
    return [{ key, message: 'is no path', hint: 'begin it with a slash: /health' }];
  });
}
