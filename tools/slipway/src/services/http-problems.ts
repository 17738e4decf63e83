import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';

const ROUTES = ['ready', 'live'];
const PORTS = ['port', 'management'];
const KEY = /^[A-Z][A-Z0-9_]*$/;

/** What is wrong with `http` of a slipway.yaml. */
export function httpProblems(http: unknown): Omit<Problem, 'file'>[] {
  if (http === undefined) return [];
  if (!isObject(http)) return [{ key: 'http', message: 'is no object', hint: 'http: { ready: /health }' }];
  return Object.entries(http).flatMap(([name, value]) => {
    const key = `http.${name}`;
    if (PORTS.includes(name)) {
      if (typeof value === 'string' && KEY.test(value)) return [];
      return [
        { key, message: 'is no key of the environment', hint: `name the key that holds the port: ${name}: PORT` },
      ];
    }
    if (!ROUTES.includes(name))
      return [{ key, message: 'is not known', hint: `use one of: ${[...ROUTES, ...PORTS].join(', ')}` }];
    if (typeof value === 'string' && value.startsWith('/')) return [];
    return [{ key, message: 'is no path', hint: 'begin it with a slash: /health' }];
  });
}
