/**
 * The one tree of errors. A UserError is for the person at the terminal: printed without a stack, with the way out. So is
 * what the machine refuses (a full disk, a closed port). Whatever else is thrown is a bug of ours, and prints as one.
 */
import { inspect } from 'node:util';
import { printable } from './printable.ts';
import { masked } from './secret-mask.ts';

/** Exit codes besides 0, 1 and 128 + the number of a signal; from sysexits.h. */
export const EX_USAGE = 64;
export const EX_UNAVAILABLE = 69;

/** What is wrong, where it is as far as that is known, and how to solve it. */
export type Problem = {
  /** Relative to the workspace. */
  file?: string | undefined;
  /** 1-based. */
  line?: number | undefined;
  /** What in the file: a key, a path in an object. */
  path?: string | undefined;
  message: string;
  /** What to do about it, a command where there is one. */
  hint?: string | undefined;
};

type UserErrorOptions = Omit<Problem, 'message'> & { exitCode?: number; cause?: unknown };

/** A problem that its reader can solve. `exitCode`: that of the program that ends because of it. */
export class UserError extends Error implements Problem {
  override name = 'UserError';
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, { file, line, path, hint, exitCode = 1, cause }: UserErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.file = file;
    this.line = line;
    this.path = path;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

const TAIL_LINES = 25;

/** A program failed or could not be run. The message has the pasteable command and the last lines of its output. */
export class CommandError extends UserError {
  override name = 'CommandError';
  readonly command: string;
  /** Exit code, or the signal that ended it, or `ENOENT` and the like where it never ran, or `timeout`. */
  readonly code: number | string;
  /** What it wrote to standard error, or else to standard output; the end of it when it is long. */
  readonly output: string;

  constructor(
    command: string,
    code: number | string,
    reason: string,
    { output = '', exitCode }: { output?: string; exitCode?: number | undefined } = {},
  ) {
    const tail = output.trim().split('\n').slice(-TAIL_LINES).join('\n');
    super(tail === '' ? reason : `${reason}:\n${indent(tail)}`, exitCode === undefined ? {} : { exitCode });
    this.command = command;
    this.code = code;
    this.output = output;
  }
}

/** `file:12 path: message`, and the hint in a line of its own. */
export function formatProblem({ file, line, path, message, hint }: Problem): string {
  const place = [file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}`, path ?? ''];
  const where = place.filter((part) => part !== '').join(' ');
  return `${where === '' ? '' : `${where}: `}${message}${hint === undefined ? '' : `\n  → ${hint}`}`;
}

/** What a person is told of anything that was thrown, without a secret: a problem with its hint, a bug with its stack. */
export function describeError(error: unknown): string {
  return masked(describe(error));
}

function describe(error: unknown): string {
  if (error instanceof UserError) return formatProblem(error);
  const refusal = refusalIn(error);
  if (refusal !== undefined) return refusal;
  return `This is a bug in slipway. Please report it with these lines:\n${inspect(error)}`;
}

/** The same as a terminal shows it. */
export function explainError(error: unknown): string {
  return printable(`✗ ${describeError(error)}`);
}

/** Codes by which the system or a peer refuses: no code of ours can prevent them. */
const REFUSALS = new Set(
  (
    'EACCES EADDRINUSE EAI_AGAIN ECONNABORTED ECONNREFUSED ECONNRESET EDQUOT EHOSTUNREACH EIO EMFILE ENETUNREACH ENFILE ' +
    'ENOMEM ENOSPC ENOTFOUND EPERM EROFS ETIMEDOUT UND_ERR_CONNECT_TIMEOUT UND_ERR_SOCKET'
  ).split(' '),
);

/** `ENOSPC: no space left on device, write`, of the error itself or of what caused it (`fetch failed`). */
function refusalIn(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause;
    const code = codeOf(cause);
    if (code !== undefined && REFUSALS.has(code)) return message.includes(code) ? message : `${code}: ${message}`;
  }
  return undefined;
}

/** The system's or Node's code of what was thrown (`ENOENT`), undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What the thrown says of itself, be it an error or not. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? error.exitCode : 1;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
