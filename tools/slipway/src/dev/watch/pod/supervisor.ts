import type { Worker } from 'node:cluster';
import { dirname } from 'node:path';
import { endReplaced, forkProgram } from '../../handover/forked-program.ts';
import { oomKills } from './oom-kills.ts';
import type { Outcome } from './protocol.ts';

/** A program that can serve: its file, and Node's flags for it. */
export type Program = { name: string; path: string };

type Running = { program: Program; worker: Worker; log: string[]; isWanted: boolean };

export type Supervisor = {
  /** Lets `program` take over from what serves now, as soon as it listens; if it never does, nothing changes. */
  run: (program: Program) => Promise<Outcome>;
  serving: () => string;
  /** What serves, and what it would go back to. */
  programs: () => string[];
  /** Ends everything as Kubernetes asks for it, then this process. */
  stop: () => void;
};

type Options = {
  flags: string[];
  env: Record<string, string>;
  /** The port that tells that a program serves. */
  port: number;
  /** The serving program has died; `instead` serves in its place from now on. */
  onDied: (died: Running, instead: Program | undefined, end: { reason: string; isOutOfMemory: boolean }) => void;
};

/**
 * The serving program continues meanwhile. The first program has nothing to replace: Kubernetes' probes have its
 * deadline.
 */
const START_DEADLINE_MS = 120_000;
/** Longer than a service gives its last requests. */
const STOP_DEADLINE_MS = 15_000;
const LOG_LINES = 40;
/** How many programs there are to go back to. */
const KEPT_PROGRAMS = 3;

/** Runs one program after another; the new one takes over from the old one when it listens. */
export function createSupervisor({ flags, env, port, onDied }: Options): Supervisor {
  const live = new Set<Running>();
  /** What has served before, to go back to; the last is the youngest. */
  const earlier: Program[] = [];
  let serving: Running | undefined;
  let isStopping = false;
  let killsBefore = oomKills();

  function fork(program: Program): Running {
    const worker = forkProgram({ path: program.path, cwd: dirname(program.path), env, flags });
    const running: Running = { program, worker, log: [], isWanted: true };
    live.add(running);
    for (const [from, to] of [
      [worker.process.stdout, process.stdout],
      [worker.process.stderr, process.stderr],
    ] as const) {
      from?.setEncoding('utf8').on('data', (text: string) => {
        to.write(text);
        running.log = [...running.log, ...text.split('\n').filter(Boolean)].slice(-LOG_LINES);
      });
    }
    // Not `exit`: by now everything that it wrote has been read.
    worker.process.on('close', (code, signal) => ended(running, signal ?? `exit code ${code}`, code ?? 1));
    return running;
  }

  function ended(running: Running, reason: string, code: number): void {
    live.delete(running);
    if (isStopping) {
      if (live.size === 0) process.exit(code);
    } else if (running === serving && running.isWanted) {
      serving = undefined;
      const instead = earlier.pop();
      onDied(running, instead, { reason, isOutOfMemory: oomKills() > killsBefore });
      killsBefore = oomKills();
      // Kubernetes starts this container again, as it would without us.
      if (instead === undefined) process.exit(code);
      void run(instead).then(({ status }) => status === 'failed' && process.exit(code));
    }
  }

  function run(program: Program): Promise<Outcome> {
    const start = performance.now();
    const running = fork(program);
    const { worker } = running;
    return new Promise((resolve) => {
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        worker.off('listening', onListening);
        worker.process.off('close', onClose);
        resolve(outcome);
      };
      const fail = (reason: string, code = 1) => settle({ status: 'failed', reason, log: running.log, code });
      const onListening = (address: { port: number }) => {
        if (address.port !== port) return;
        const before = serving;
        serving = running;
        if (before !== undefined) {
          before.isWanted = false;
          earlier.push(before.program);
          // The first is the image's own: that one always works.
          if (earlier.length > KEPT_PROGRAMS) earlier.splice(1, 1);
          // At once and not by a drain: the next answer is to be the new one's.
          endReplaced(before.worker, { deadlineMs: STOP_DEADLINE_MS, isPreloaded: false });
        }
        settle({ status: 'serving', startMs: performance.now() - start });
      };
      const onClose = (code: number | null, signal: string | null) =>
        fail(`it ended with ${signal ?? `exit code ${code}`}`, code ?? 1);
      const expire = () => {
        running.isWanted = false;
        worker.process.kill('SIGKILL');
        fail(`it did not listen on port ${port} within ${START_DEADLINE_MS / 1000} s`);
      };
      const timer = serving === undefined ? undefined : setTimeout(expire, START_DEADLINE_MS);
      worker.on('listening', onListening);
      worker.process.on('close', onClose);
    });
  }

  return {
    run,
    serving: () => serving?.program.name ?? '',
    programs: () => [...earlier, ...(serving === undefined ? [] : [serving.program])].map(({ name }) => name),
    stop: () => {
      isStopping = true;
      if (live.size === 0) process.exit(0);
      // It drains by itself, and Kubernetes has a bound for that.
      for (const { worker } of live) worker.process.kill('SIGTERM');
    },
  };
}
