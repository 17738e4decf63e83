import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '@slipway/testing/http';
import { percentile, startHostileClients, startOpenLoop, type AttackName, type OpenLoop } from '@slipway/testing/load';
import { benchTokens } from '../gateway/bench-tokens.ts';
import { nginx } from '../gateway/contenders/nginx.ts';
import { ours } from '../gateway/contenders/ours.ts';
import { hasProgram } from '../gateway/has-program.ts';
import { startPinned, type PinnedProcess } from '../gateway/pinned-process.ts';
import { bareNode } from './bare-node.ts';

const help = `Other clients beside hostile ones: our gateway, a bare node:http server and nginx, each alone on one core; clients
and the service behind them on the other.

  npm run bench:hostile                                5 s quiet and 8 s attacked of each
  npm run bench:hostile -- --seconds 20                at most 60
  npm run bench:hostile -- --attacks pipelines,quitters
  npm run bench:hostile -- --out FILE                  instead of bench/results/hostile.json

Needs taskset; nginx takes part where it is installed. Everything stays on 127.0.0.1.`;

const serverCore = 0;
const clientCore = 1;
const perSecond = 100;
const recoveryMs = 2000;
const all: AttackName[] = ['half-open', 'pipelines', 'unread-answers', 'quitters'];

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    seconds: { type: 'string', default: '8' },
    attacks: { type: 'string', default: all.join(',') },
    out: { type: 'string', default: join(import.meta.dirname, '../results/hostile.json') },
  },
});
const seconds = Number(values.seconds);
const attacks = values.attacks.split(',') as AttackName[];
const unknown = attacks.find((attack) => !all.includes(attack));

if (values.help) console.log(help);
else if (!(seconds >= 1 && seconds <= 60)) refuse(`--seconds takes 1 to 60, not ${values.seconds}`);
else if (unknown !== undefined) refuse(`there is no attack ${unknown}; there are ${all.join(', ')}`);
else if (availableParallelism() < 2 || !hasProgram('taskset')) refuse('two cores and taskset are needed');
else await bench();

function refuse(message: string): void {
  console.error(`${message}\n\n${help}`);
  process.exitCode = 2;
}

type Figures = { p50Ms: number; p99Ms: number; failed: number; sent: number; cpuShare: number };

async function measure(load: OpenLoop, server: PinnedProcess, ms: number): Promise<Figures> {
  load.take();
  const [started, cpu] = [performance.now(), server.cpuMicroseconds()];
  await sleep(ms);
  const { durations, failures, sent } = load.take();
  const cpuShare = (server.cpuMicroseconds() - cpu) / 1000 / (performance.now() - started);
  const of = (share: number) => percentile(durations, share);
  return { p50Ms: of(0.5), p99Ms: of(0.99), failed: failures.length, sent, cpuShare };
}

async function bench(): Promise<void> {
  // The hostile clients inherit it.
  execFileSync('taskset', ['--cpu-list', '--pid', String(clientCore), String(process.pid)], { stdio: 'ignore' });
  const folder = await mkdtemp(join(tmpdir(), 'bench-hostile-'));
  const running: PinnedProcess[] = [];
  const rows = [];
  try {
    const tokens = await benchTokens();
    const upstreamPort = await freePort();
    const command = [process.execPath, join(import.meta.dirname, '../gateway/tiny-upstream.ts')];
    const environment = { PORT: String(upstreamPort), JWKS: JSON.stringify(tokens.jwks) };
    running.push(await startPinned({ core: clientCore, command, port: upstreamPort, environment }));
    for (const contender of [ours, bareNode, nginx]) {
      if (contender.needs && !hasProgram(contender.needs.program)) {
        console.log(`${contender.name} is left out: apt-get install ${contender.needs.package}`);
        continue;
      }
      const port = await freePort();
      const prepared = await contender.prepare({ folder, port, upstreamPort, tokens });
      const server = await startPinned({ core: serverCore, port, ...prepared });
      running.push(server);
      const url = `http://127.0.0.1:${port}`;
      const request = { name: 'products', method: 'GET', path: '/api/v1/products', expected: [200] } as const;
      const load = startOpenLoop({ url, perSecond, next: () => request });
      await sleep(recoveryMs);
      for (const attack of attacks) {
        const quiet = await measure(load, server, Math.min(5000, seconds * 1000));
        const hostile = startHostileClients(url, attack);
        const attacked = await measure(load, server, seconds * 1000);
        await hostile.stop();
        await sleep(recoveryMs);
        rows.push({ server: contender.name, attack, quiet, attacked });
        console.log(line(contender.name, attack, quiet, attacked));
      }
      await load.stop();
      await server.stop();
    }
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version };
    await mkdir(join(values.out, '..'), { recursive: true });
    const report = { date: new Date().toISOString(), machine, seconds, perSecond, rows };
    await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\nIn ${values.out}`);
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function line(name: string, attack: string, quiet: Figures, attacked: Figures): string {
  const ms = (value: number) => value.toFixed(0).padStart(5);
  const percent = (value: number) => `${(value * 100).toFixed(0)} %`.padStart(5);
  return `${name.padEnd(16)} ${attack.padEnd(15)} p99 ${ms(quiet.p99Ms)} → ${ms(attacked.p99Ms)} ms, failed ${attacked.failed} of ${attacked.sent}, CPU ${percent(quiet.cpuShare)} → ${percent(attacked.cpuShare)}`;
}
