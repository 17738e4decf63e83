import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
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

/** Runs a Node program whose every line goes to `onLine`. It never outlives us by more than the reaper allows. */
export function startProcess(options: {
  script: string;
  flags?: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
  /** Told whenever the process appears or is gone. */
  onAlive: (pid: number, alive: boolean) => void;
}): SupervisedProcess {
  const { script, flags = [], cwd, env, onLine, onAlive } = options;
  // A session of its own: Ctrl-C in a terminal reaches us alone, and we stop things in their order.
  const child = spawn(process.execPath, [...flags, script], {
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

  return {
    pid,
    exited,
    logTail: tail.lines,
    async stop(graceMs) {
      if (gone) return;
      // SIGTERM asks a service to drain for a load balancer's sake first; here nobody waits for that.
      child.kill('SIGINT');
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(kill);
    },
  };
}
