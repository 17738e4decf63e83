import cluster, { type Worker } from 'node:cluster';
import type { WorkerAsk } from './worker-preload.ts';

export type ForkOptions = {
  /** File of the program. */
  path: string;
  cwd: string;
  /** Added to this process's own. */
  env: Record<string, string>;
  /** Node's flags for it. */
  flags: string[];
};

/**
 * How long the last connections of a program that was replaced may take, ms. One that was not started with
 * worker-preload.ts keeps those that are busy, and with them its clients, until it is asked to drain.
 */
const HANDOVER_MS = { preloaded: 1000, plain: 100 };

/**
 * Starts a program as a worker of this process's cluster: this process holds the listening sockets and hands connections
 * to the workers, so a new one takes over from an old one without a gap in listening. Its output is piped.
 */
export function forkProgram({ path, cwd, env, flags }: ForkOptions): Worker {
  cluster.setupPrimary({ exec: path, execArgv: flags, cwd, silent: true });
  return cluster.fork(env);
}

type EndOptions = {
  /** After which it is killed, ms. */
  deadlineMs: number;
  /** Whether it was started with worker-preload.ts. */
  isPreloaded: boolean;
};

/** Ends a program whose successor serves: its servers are closed, it is asked to end once its connections have ended. */
export function endReplaced(worker: Worker, { deadlineMs, isPreloaded }: EndOptions): void {
  // Not at once: a connection that is on its way to it would be lost, and many a program ends in the middle of an answer.
  worker.once('disconnect', () => worker.process.kill('SIGINT'));
  if (isPreloaded) worker.send({ slipway: 'replaced' } satisfies WorkerAsk);
  worker.disconnect();
  const [handoverMs, signal] = isPreloaded
    ? ([HANDOVER_MS.preloaded, 'SIGINT'] as const)
    : ([HANDOVER_MS.plain, 'SIGTERM'] as const);
  setTimeout(() => worker.isConnected() && worker.process.kill(signal), handoverMs).unref();
  setTimeout(() => worker.process.kill('SIGKILL'), deadlineMs).unref();
}
