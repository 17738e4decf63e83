import { fork } from 'node:child_process';
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

  npm run bench:ui                   20 rounds of each filter
  npm run bench:ui -- --rounds 5     at most 200
  npm run bench:ui -- --out FILE     instead of bench/results/ui.json

First paint and spans need chromium in the PATH: apt-get install chromium. Everything stays on 127.0.0.1.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '20' },
    out: { type: 'string', default: join(import.meta.dirname, '../results/ui.json') },
  },
});
const rounds = Number(values.rounds);
if (values.help) console.log(HELP);
else if (!Number.isInteger(rounds) || rounds < 1 || rounds > 200) {
  console.error(`--rounds: ${values.rounds} is no number from 1 to 200\n\n${HELP}`);
  process.exitCode = 2;
} else await bench(rounds, values.out);

type Opened = { link: string; telemetry: { endpoint: string; headers: string } };

async function bench(rounds: number, out: string): Promise<void> {
  const child = fork(join(import.meta.dirname, 'server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const messages = once(child, 'message');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the page's server ended with ${code}`);
  });
  // Told where it is waited for.
  ended.catch(() => undefined);
  try {
    const [opened] = (await Promise.race([messages, ended])) as [Opened];
    // Listened for from now on: all lines may be read before the assets are.
    const loaded = once(child, 'message');
    const cookie = await signIn(opened.link);
    const assets = await assetBytes(opened.link, cookie);
    console.log(`all assets, gzip: ${(assets / 1000).toFixed(1)} kB`);
    const begun = performance.now();
    await Promise.race([loaded, ended]);
    console.log(`read ${LINES.toLocaleString('en')} lines in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    const origin = new URL(opened.link).origin;
    const filters = await measureFilters(origin, cookie, rounds);
    const memory = memoryOf(child.pid!);
    console.log(`server: ${memory.now} MB now, ${memory.most} MB at most`);
    const browser = await measureBrowser(opened);
    const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg()[0]?.toFixed(1) };
    await writeFile(out, `${JSON.stringify({ machine, assets, memory, filters, browser }, null, 2)}\n`);
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

type Figures = { p50Ms: number; p95Ms: number; matched: number };

async function measureFilters(origin: string, cookie: string, rounds: number): Promise<Record<string, Figures>> {
  const figures: Record<string, Figures> = {};
  const all: number[] = [];
  for (const [name, query] of Object.entries(FILTERS)) {
    const times: number[] = [];
    let matched = 0;
    for (let round = 0; round < rounds; round += 1) {
      const begun = performance.now();
      const response = await fetch(`${origin}/api/${query}`, { headers: { cookie } });
      const answer = (await response.json()) as { entries: unknown[] } | unknown[];
      matched = Array.isArray(answer) ? answer.length : answer.entries.length;
      times.push(performance.now() - begun);
    }
    all.push(...times);
    figures[name] = { p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95), matched };
    const shown = [
      name.padEnd(32),
      `p50 ${figures[name].p50Ms.toFixed(0).padStart(5)} ms`,
      `p95 ${figures[name].p95Ms.toFixed(0).padStart(5)} ms`,
    ];
    console.log(`${shown.join('  ')}  ${matched} found`);
  }
  console.log(
    `${'all filters'.padEnd(32)}  p50 ${quantile(all, 0.5).toFixed(0).padStart(5)} ms  p95 ${quantile(all, 0.95).toFixed(0).padStart(5)} ms`,
  );
  figures.all = { p50Ms: quantile(all, 0.5), p95Ms: quantile(all, 0.95), matched: all.length };
  return figures;
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
}

/** Resident memory, MB. */
function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Math.round((Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024) / 1e6);
  return { now: megabytes('VmRSS'), most: megabytes('VmHWM') };
}
