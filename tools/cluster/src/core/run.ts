import { type Argv, exec, type ExecOptions, execPiped, succeeds as execSucceeds } from '@slipway/util/exec';
import { pause as pauseUntil } from '@slipway/util/interruption';

type RunOptions = Omit<ExecOptions, 'signal'>;
export type { RunOptions };

let signal = new AbortController().signal;

/** From now on every program and every wait of this process ends when the signal aborts. */
export function endOn(interruption: AbortSignal): void {
  signal = interruption;
}

export function interruption(): AbortSignal {
  return signal;
}

/** Runs a program and resolves with its standard output. Throws CommandError. */
export function run(argv: Argv, options: RunOptions = {}): Promise<string> {
  return exec(argv, withDefaults(options));
}

/** Like `run`, but a failure is an answer and not an error. */
export function succeeds(argv: Argv, options: RunOptions = {}): Promise<boolean> {
  return execSucceeds(argv, withDefaults(options));
}

/** `from | to`, without a shell. */
export function pipe(from: Argv, to: Argv): Promise<string> {
  return execPiped(from, to, withDefaults({}));
}

export function pause(ms: number): Promise<void> {
  return pauseUntil(ms, signal);
}

function withDefaults(options: RunOptions): ExecOptions {
  return { ...options, env: { LC_ALL: 'C.UTF-8', ...options.env }, signal };
}
