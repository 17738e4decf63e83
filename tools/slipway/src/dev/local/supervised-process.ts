import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Argv } from '@slipway/util/exec';
import { sendSignal } from './send-signal.ts';
import { createStderrTail } from './stderr-tail.ts';

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type SupervisedProcess = {
  pid: number | undefined;
  /** Settles when the process is gone and everything it wrote was read. */
  exited: Promise<Exit>;
  /** What it wrote to stderr last and did not survive: a crash's own words. Complete once `exited` has settled. */
  logTail(): string[];
  /** Asks it to end with all that it has started; kills them after `graceMs`. */
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
  /** Told whenever the process's group, the negative of its id, appears or is gone: go run has the service as a child. */
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
  let isGroupAlive = pid !== undefined;
  if (pid !== undefined) onAlive(-pid, true);
  const forgetGroup = (): void => {
    if (pid !== undefined && isGroupAlive) onAlive(-pid, false);
    isGroupAlive = false;
  };

  const tail = createStderrTail(onLine);
  createInterface({ input: child.stdout }).on('line', onLine);
  createInterface({ input: child.stderr }).on('line', tail.push);

  let isClosed = false;
  const exited = new Promise<Exit>((resolve) => {
    const settle = (exit: Exit) => {
      forgetGroup();
      isClosed = true;
      tail.end();
      resolve(exit);
    };
    child.once('error', (error) => {
      tail.push(error.message);
      if (pid === undefined) settle({ code: 1, signal: null });
    });
    // Its id is free for others once its group is empty, even while somebody outside of that holds the pipes.
    child.once('exit', () => {
      if (pid !== undefined && !sendSignal(-pid, 0)) forgetGroup();
    });
    child.once('close', (code, signal) => settle({ code, signal }));
  });

  const end = (signal: NodeJS.Signals): void => {
    if (pid !== undefined && isGroupAlive) sendSignal(-pid, signal);
  };

  return {
    pid,
    exited,
    logTail: tail.lines,
    async stop(graceMs) {
      if (isClosed) return;
      // SIGTERM asks a service to drain first, for load balancers; here there is none.
      end('SIGINT');
      const kill = setTimeout(() => {
        end('SIGKILL');
        // A process that has left the group and still holds the pipes must not block the end.
        for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
      }, graceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}
