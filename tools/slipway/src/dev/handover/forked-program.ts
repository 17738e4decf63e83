import cluster, { type Worker } from 'node:cluster';

export type ForkOptions = {
  /** File of the program. */
  path: string;
  cwd: string;
  /** Added to this process's own. */
  env: Record<string, string>;
  /** Node's flags for it. */
  flags: string[];
};

/** Longer than a connection is on its way from this process to a program. */
const HANDOVER_MS = 100;

/**
 * Starts a program as a worker of this process's cluster: this process holds the listening sockets and hands connections
 * to the workers, so a new one takes over from an old one without a moment in which nobody listens. Its output is piped.
 */
export function forkProgram({ path, cwd, env, flags }: ForkOptions): Worker {
  cluster.setupPrimary({ exec: path, execArgv: flags, cwd, silent: true });
  return cluster.fork(env);
}

/** Ends a program whose successor serves; kills it after `deadlineMs`. */
export function endReplaced(worker: Worker, deadlineMs: number): void {
  // Not at once: a connection that is on its way to it would be lost.
  worker.once('disconnect', () => worker.process.kill('SIGINT'));
  worker.disconnect();
  // A client that keeps its connection busy would go on hearing the old code: asked to drain, it ends connections.
  setTimeout(() => worker.isConnected() && worker.process.kill('SIGTERM'), HANDOVER_MS).unref();
  setTimeout(() => worker.process.kill('SIGKILL'), deadlineMs).unref();
}
