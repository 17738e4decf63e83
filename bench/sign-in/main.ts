import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startShop } from '@slipway/testing/processes';
import { createSignIn } from './client.ts';
import { burstThatLeaves, capacity, quiet, readsDuring, underFlood, type FloodFigures } from './scenarios.ts';

const help = `Sign-in under three times what it can do, through the gateway, on real Postgres.

  npm run bench:sign-in                      10 s for each part, a minute in all
  npm run bench:sign-in -- --seconds 20      4 to 60
  npm run bench:sign-in -- --patience 3000   clients close the connection after so long, ms (default 5000)
  npm run bench:sign-in -- --concurrency 1   passwords that are hashed at once (HASH_CONCURRENCY)
  npm run bench:sign-in -- --out FILE        instead of bench/results/sign-in.json

Everything stays on 127.0.0.1.`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    seconds: { type: 'string', default: '10' },
    patience: { type: 'string', default: '5000' },
    concurrency: { type: 'string' },
    out: { type: 'string', default: join(import.meta.dirname, '../results/sign-in.json') },
  },
});

if (values.help) console.log(help);
else await bench(within(values.seconds, 4, 60), within(values.patience, 500, 10_000), values.out);

function within(value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  console.error(`${value} is no number from ${least} to ${most}\n\n${help}`);
  return process.exit(2);
}

async function bench(seconds: number, patienceMs: number, out: string): Promise<void> {
  // The gateway believes the bench about its clients' addresses.
  const shop = await startShop({
    TRUST_PROXY: '127.0.0.1',
    ...(values.concurrency === undefined ? {} : { HASH_CONCURRENCY: values.concurrency }),
  });
  try {
    await shop.adminToken();
    const send = createSignIn(shop.url, { email: 'admin@shop.example', password: 'admin-password-1' });
    const quietMs = await quiet(send, 10);
    console.log(`quiet       ${quietMs.toFixed(0)} ms`);
    const { p99Ms: quietReadsMs } = await readsDuring(shop.url, () => sleep(seconds * 1000));
    console.log(`reads       99 % within ${quietReadsMs.toFixed(0)} ms`);
    // Beside the same reads as the floods.
    const { result: capacityPerSecond } = await readsDuring(shop.url, () => capacity(send, seconds));
    console.log(`capacity    ${capacityPerSecond.toFixed(1)} sign-ins per second`);
    const load = { perSecond: 3 * capacityPerSecond, capacityPerSecond, seconds, patienceMs };
    const floods: Record<string, Figures> = {};
    for (const clients of [1, 50]) {
      const name = `3 × capacity, ${clients === 1 ? 'one client' : `${clients} clients`}`;
      const { result, p99Ms, failed } = await readsDuring(shop.url, () => underFlood(send, { ...load, clients }));
      floods[name] = { ...result, reads: { beside: p99Ms / quietReadsMs, failed } };
      console.log(describe(name, floods[name]));
    }
    const burstMs = await burstThatLeaves(send, 300);
    console.log(`300 at once that leave after 1 s: the same client is served ${burstMs.toFixed(0)} ms later`);
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version };
    const date = new Date().toISOString();
    const report = {
      date,
      machine,
      seconds,
      patienceMs,
      quietMs,
      capacityPerSecond,
      floods,
      burstThatLeavesMs: burstMs,
    };
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\nIn ${out}`);
  } finally {
    await shop.stop();
  }
}

/** `beside`: how much longer 99 of 100 reads take than without a flood. */
type Figures = FloodFigures & { reads: { beside: number; failed: number } };

function describe(name: string, figures: Figures): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const { useful, refused, gaveUp, broken, slowestRefusalMs, others, othersMs, recoveryMs, reads } = figures;
  return [
    name,
    `  useful answers      ${percent(useful)} of the capacity`,
    `  of the flood        ${percent(refused)} heard 503 (the slowest after ${ms(slowestRefusalMs)}), ${percent(gaveUp)} gave up, ${percent(broken)} got no answer`,
    `  another client      ${percent(others)} served, median ${ms(othersMs)}`,
    `  reads               99 % within ${reads.beside.toFixed(1)} × their quiet time, ${reads.failed} failed`,
    `  recovery            ${ms(recoveryMs)}`,
  ].join('\n');
}
