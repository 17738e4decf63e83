import type { Worker } from 'node:cluster';
import { createInterface } from 'node:readline';
import { endReplaced, forkProgram } from '../handover/forked-program.ts';
import type { WorkerAsk, WorkerSay } from '../handover/worker-preload.ts';
import type { HostAsk, HostSay } from './host-protocol.ts';

/**
 * Holds the listening sockets of every service of a run, which outlive each of its programs, and hands connections to
 * them. A process of its own: programs of a cluster share its session, and Ctrl-C in a terminal must not reach them.
 */
const programs = new Map<number, Worker>();

const say = (message: HostSay): void => {
  if (process.connected) process.send?.(message);
};

function start({ id, script, cwd, env, flags }: Extract<HostAsk, { type: 'start' }>): void {
  const worker = forkProgram({ path: script, cwd, env, flags });
  const child = worker.process;
  programs.set(id, worker);
  if (child.pid !== undefined) say({ type: 'started', id, pid: child.pid });
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input !== null) createInterface({ input }).on('line', (line) => say({ type: 'line', id, stream, line }));
  }
  worker.on('message', (message: WorkerSay) => {
    if (message?.slipway === 'management') say({ type: 'management', id, port: message.port });
  });
  worker.on('error', (error: Error) => say({ type: 'line', id, stream: 'stderr', line: error.message }));
  // Not `exit`: by now everything that it wrote has been read.
  child.once('close', (code, signal) => {
    programs.delete(id);
    say({ type: 'exit', id, code, signal });
    leaveIfAlone();
  });
}

function leaveIfAlone(): void {
  if (!process.connected && programs.size === 0) process.exit();
}

process.on('message', (ask: HostAsk) => {
  if (ask.type === 'start') return start(ask);
  const worker = programs.get(ask.id);
  if (worker === undefined) return;
  if (ask.type === 'serve') worker.send({ slipway: 'serve' } satisfies WorkerAsk);
  else if (ask.type === 'replaced') endReplaced(worker, { deadlineMs: ask.graceMs, isPreloaded: true });
  else worker.process.kill(ask.signal);
});
// The run has ended or was killed; its reaper kills what does not stop by itself.
process.on('disconnect', () => {
  for (const worker of programs.values()) worker.process.kill('SIGINT');
  leaveIfAlone();
});
// The run decides when which program ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
