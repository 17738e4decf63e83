import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

type PinnedOptions = {
  core: number;
  command: string[];
  port: number;
  environment?: Record<string, string> | undefined;
  logFile?: string | undefined;
};

export type PinnedProcess = {
  /** User and system time so far, of all its threads, µs. */
  cpuMicroseconds(): number;
  stop(): Promise<void>;
};

const startTimeoutMs = 60_000;
/** The kernel's USER_HZ, which is 100 wherever Node runs. */
const microsecondsPerTick = 10_000;

/** A server on one core. Ready when its port takes connections. */
export async function startPinned({
  core,
  command,
  port,
  environment = {},
  logFile,
}: PinnedOptions): Promise<PinnedProcess> {
  const output = logFile === undefined ? 'ignore' : openSync(logFile, 'w');
  const child = spawn('taskset', ['--cpu-list', String(core), ...command], {
    stdio: ['ignore', output, 'inherit'],
    env: { PATH: `${process.env.PATH}:/usr/sbin`, ...environment },
  });
  if (typeof output === 'number') closeSync(output);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code) => (failure ??= `it ended with ${code}`));
  const deadline = Date.now() + startTimeoutMs;
  while (!(await accepts(port))) {
    if (failure === undefined && Date.now() < deadline) {
      await sleep(50);
      continue;
    }
    child.kill('SIGKILL');
    throw new Error(`${command[0]} does not serve port ${port}: ${failure ?? 'it takes too long'}`);
  }
  return {
    cpuMicroseconds() {
      // taskset becomes the command, so the id is the server's. The name in brackets may contain spaces.
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy()).once('close', (hadError) => resolve(!hadError));
    socket.once('error', () => socket.destroy());
  });
}
