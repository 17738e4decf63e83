import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CommandError, EX_UNAVAILABLE } from './errors.ts';
import type { Argv } from './exec.ts';
import { quote } from './quote.ts';

export type TerminalProcess = {
  pid: number | undefined;
  /** As a shell would tell it: 128 + the number of the signal that ended it. Rejects with CommandError if it never ran. */
  exitCode: Promise<number>;
  kill: (signal: NodeJS.Signals) => void;
};

type TerminalOptions = { cwd?: string; env?: Record<string, string>; input?: 'inherit' | 'ignore' };

/** Runs a program that writes to the terminal of this process, without a shell and in the same process group. */
export function execInTerminal(argv: Argv, { cwd, env, input = 'inherit' }: TerminalOptions = {}): TerminalProcess {
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [input, 'inherit', 'inherit'],
  });
  const exitCode = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? `"${program}" is not on the PATH` : error.message;
      reject(new CommandError(quote(argv), error.code ?? 'unknown', reason, { exitCode: EX_UNAVAILABLE }));
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
  return { pid: child.pid, exitCode, kill: (signal) => void child.kill(signal) };
}
