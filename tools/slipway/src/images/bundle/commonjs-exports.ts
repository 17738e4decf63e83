import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { codeOf } from '@slipway/util/errors';
import { initSync, parse } from 'cjs-module-lexer';

/** Node gives every CommonJS module an export 'module.exports' too, which no import statement can name. */
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
let isReady = false;

/** The names that an import of the CommonJS file has, found as Node finds them: by reading, not by running. */
export function commonJsExports(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path) || !/\.c?js$/.test(path)) return [];
  seen.add(path);
  if (!isReady) initSync();
  isReady = true;
  const { exports, reexports } = parse(readFileSync(path, 'utf8'), path);
  const { resolve } = createRequire(path);
  const further = reexports.flatMap((specifier) => {
    if (isBuiltin(specifier)) return [];
    try {
      return commonJsExports(resolve(specifier), seen);
    } catch (error) {
      // An optional package that is not installed has no names.
      if (codeOf(error) === 'MODULE_NOT_FOUND') return [];
      throw error;
    }
  });
  return [...new Set([...exports, ...further])].filter((name) => IDENTIFIER.test(name) && name !== 'default').sort();
}
