import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { codeOf } from '@slipway/util/errors';
import type { Argv } from '@slipway/util/exec';
import { createStderrTail } from './stderr-tail.ts';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type SupervisedProcess = {
  pid: number | undefined;
  /** Settles when the process is gone and everything it wrote was read. */
  exited: Promise<Exit>;
  /** What it wrote to stderr last and did not survive: a crash's own words. Complete once `exited` has settled. */
  logTail(): string[];
  /** Asks it to end; kills it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
};

/**
 * Runs a program whose every line goes to `onLine`, Node's or any other. It never outlives us by more than the reaper
 * allows.
 */
export function startProcess(options: {
  command: Argv;
  cwd: string;
  env: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
  /** Told whenever the process appears or is gone. */
  onAlive: (pid: number, alive: boolean) => void;
}): SupervisedProcess {
  const { command, cwd, env, onLine, onAlive } = options;
  // A session of its own: Ctrl-C in a terminal reaches us alone, and we stop things in their order.
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) onAlive(pid, true);

  const tail = createStderrTail(onLine);
  createInterface({ input: child.stdout }).on('line', onLine);
  createInterface({ input: child.stderr }).on('line', tail.push);

  let gone = false;
  const exited = new Promise<Exit>((resolve) => {
    const settle = (exit: Exit) => {
      if (pid !== undefined && !gone) onAlive(pid, false);
      gone = true;
      tail.end();
      resolve(exit);
    };
    child.once('error', (error) => {
      tail.push(error.message);
      if (pid === undefined) settle({ code: 1, signal: null });
    });
    // The reaped id is free for others at once, even while a grandchild still holds the pipes.
    child.once('exit', () => {
      if (pid !== undefined && !gone) onAlive(pid, false);
      gone = true;
    });
    child.once('close', (code, signal) => settle({ code, signal }));
  });

  /** With what it has started itself: go run and Nx have the service as a child. */
  const end = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  };

  return {
    pid,
    exited,
    logTail: tail.lines,
    async stop(graceMs) {
      if (gone) return;
      // SIGTERM asks a service to drain for a load balancer's sake first; here nobody waits for that.
      end('SIGINT');
      const kill = setTimeout(() => end('SIGKILL'), graceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}
