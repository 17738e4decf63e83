import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type WrkOptions = { core: number; url: string; token: string; connections: number; seconds: number };

export type WrkResult = { requests: number; requestsPerSecond: number; p99Ms: number };

const milliseconds = { us: 0.001, ms: 1, s: 1000, m: 60_000 } as const;

/** One round of load from one core. Throws when any answer was not a 2xx: refusals are cheap. */
export async function runWrk({ core, url, token, connections, seconds }: WrkOptions): Promise<WrkResult> {
  const load = [
    '--threads',
    '1',
    '--connections',
    String(connections),
    '--duration',
    `${seconds}s`,
    '--latency',
    '--timeout',
    '5s',
  ];
  const args = ['--cpu-list', String(core), 'wrk', ...load, '--header', `Authorization: Bearer ${token}`, url];
  const { stdout } = await promisify(execFile)('taskset', args, { timeout: (seconds + 15) * 1000 });
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`not every request was answered well:\n${stdout}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s|m)\b/.exec(stdout) ?? [];
  const p99Ms = Number(value) * milliseconds[unit as keyof typeof milliseconds];
  if (!(requests > 0 && requestsPerSecond > 0 && p99Ms > 0)) throw new Error(`wrk's report cannot be read:\n${stdout}`);
  return { requests, requestsPerSecond, p99Ms };
}
