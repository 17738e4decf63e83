import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { UserError } from './errors.ts';

/**
 * A JSON file as Nx reads nx.json and project.json: with comments, and commas at the end of lists. A missing file is the
 * system's error (ENOENT). Throws UserError that names the file and the line.
 */
export function readJsonc(file: string): unknown {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const line = text.slice(0, first.offset).split('\n').length;
  const what = printParseErrorCode(first.error).replaceAll(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  throw new UserError(`is not JSON: ${what.toLowerCase()}`, { file, line });
}
