import { EX_UNAVAILABLE, EX_USAGE, UserError } from '@slipway/util/errors';
import { self } from './paths.ts';

/** The machine lacks something: exit code 69. */
export function missingError(message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, { hint, exitCode: EX_UNAVAILABLE, cause });
}

/** The command line is wrong: exit code 64. */
export function usageError(message: string): UserError {
  return new UserError(message, { hint: `${self} --help lists commands and options`, exitCode: EX_USAGE });
}
