import { extname, join } from 'node:path';

/** A program of this package, named without its extension: TypeScript in its repository, JavaScript where it is installed. */
export function scriptFile(...path: string[]): string {
  return join(...path) + extname(import.meta.filename);
}
