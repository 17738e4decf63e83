import { fork, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureBrowser } from './browser.ts';
import { FILTERS } from './filters.ts';
import { LINES, SERVICES, SPANS } from './generate.ts';

const HELP = `The page with ${SERVICES} services, ${LINES.toLocaleString('en')} log lines and ${SPANS.toLocaleString('en')} spans.

  npm run bench:ui                     20 rounds of each filter
  npm run bench:ui -- --rounds 5       at most 200
  npm run bench:ui -- --lines 200000   fewer lines
  npm run bench:ui -- --out FILE       instead of bench/results/ui.json

CPU is that of the server while a filter is asked, all its threads together, divided by the rounds.

First paint and spans need chromium in the PATH: apt-get install chromium. Everything stays on 127.0.0.1.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '20' },
    lines: { type: 'string', default: String(LINES) },
    out: { type: 'string', default: join(import.meta.dirname, '../results/ui.json') },
  },
});
const [rounds, lines] = [Number(values.rounds), Number(values.lines)];
const problem = problemOf('rounds', rounds, 200) ?? problemOf('lines', lines, LINES);
if (values.help) console.log(HELP);
else if (problem !== undefined) {
  console.error(`${problem}\n\n${HELP}`);
  process.exitCode = 2;
} else await bench({ rounds, lines, out: values.out });

function problemOf(option: string, value: number, most: number): string | undefined {
  if (Number.isInteger(value) && value >= 1 && value <= most) return undefined;
  return `--${option} is no number from 1 to ${most}`;
}

type Opened = { link: string; telemetry: { endpoint: string; headers: string } };

async function bench({ rounds, lines, out }: { rounds: number; lines: number; out: string }): Promise<void> {
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc'];
  const child = fork(join(import.meta.dirname, 'server.ts'), [String(lines)], { stdio });
  const messages = once(child, 'message');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the page's server ended with ${code}`);
  });
  // Told where it is waited for.
  ended.catch(() => undefined);
  try {
    const [opened] = (await Promise.race([messages, ended])) as [Opened];
    // Listened for from now on: all lines may be read before the assets are.
    const allRead = once(child, 'message');
    const cookie = await signIn(opened.link);
    const assets = await assetBytes(opened.link, cookie);
    console.log(`all assets, gzip: ${(assets / 1000).toFixed(1)} kB`);
    const begun = performance.now();
    await Promise.race([allRead, ended]);
    console.log(`read ${lines.toLocaleString('en')} lines in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    const origin = new URL(opened.link).origin;
    const loaded = memoryOf(child.pid!);
    console.log(`server, all lines read: ${loaded.now} MB now, ${loaded.most} MB at most`);
    const filters = await measureFilters({ origin, cookie, pid: child.pid! }, rounds);
    const memory = memoryOf(child.pid!);
    console.log(`server: ${memory.now} MB now, ${memory.most} MB at most`);
    const browser = await measureBrowser(opened);
    const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg()[0]?.toFixed(1) };
    await writeFile(out, `${JSON.stringify({ machine, lines, assets, loaded, memory, filters, browser }, null, 2)}\n`);
    console.log(`load of the machine: ${machine.load}; written to ${out}`);
  } finally {
    // Of a server that has ended, this would hide why.
    if (child.connected) child.disconnect();
  }
}

async function signIn(link: string): Promise<string> {
  const response = await fetch(link);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

async function assetBytes(link: string, cookie: string): Promise<number> {
  const { origin } = new URL(link);
  const sizes = await Promise.all(
    ['/', '/main.js', '/style.css', '/icon.svg'].map(async (path) => {
      const response = await fetch(`${origin}${path}`, { headers: { cookie, 'accept-encoding': 'gzip' } });
      await response.arrayBuffer();
      return Number(response.headers.get('content-length'));
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

type Figures = { p50Ms: number; p95Ms: number; cpuMs: number; matched: number };
type Server = { origin: string; cookie: string; pid: number };

async function measureFilters({ origin, cookie, pid }: Server, rounds: number): Promise<Record<string, Figures>> {
  const figures: Record<string, Figures> = {};
  const all: number[] = [];
  for (const [name, query] of Object.entries(FILTERS)) {
    const times: number[] = [];
    let matched = 0;
    const cpu = cpuOf(pid);
    for (let round = 0; round < rounds; round += 1) {
      const begun = performance.now();
      const response = await fetch(`${origin}/api/${query}`, { headers: { cookie } });
      const answer = (await response.json()) as { entries: unknown[] } | unknown[];
      matched = Array.isArray(answer) ? answer.length : answer.entries.length;
      times.push(performance.now() - begun);
    }
    all.push(...times);
    const cpuMs = (cpuOf(pid) - cpu) / rounds;
    figures[name] = { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), cpuMs, matched };
    const { p50Ms, p95Ms } = figures[name];
    const shown = [`p50 ${inMs(p50Ms)}`, `p95 ${inMs(p95Ms)}`, `CPU ${inMs(cpuMs)}`, `${matched} found`];
    console.log([name.padEnd(32), ...shown].join('  '));
  }
  const [p50Ms, p95Ms] = [quantile(all, 0.5), quantile(all, 0.95)];
  const cpuMs = Object.values(figures).reduce((sum, one) => sum + one.cpuMs, 0) / Object.keys(figures).length;
  console.log(`${'all filters'.padEnd(32)}  p50 ${inMs(p50Ms)}  p95 ${inMs(p95Ms)}  CPU ${inMs(cpuMs)}`);
  figures.all = { p50Ms, p95Ms, cpuMs, matched: all.length };
  return figures;
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

function inMs(value: number): string {
  return `${value.toFixed(0).padStart(5)} ms`;
}

/** Since it started, ms; the kernel counts in hundredths of a second. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory, MB. */
function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Math.round((Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024) / 1e6);
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}
