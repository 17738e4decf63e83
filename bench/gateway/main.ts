import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchTokens } from './bench-tokens.ts';
import { fastifyProxy } from './contenders/fastify-proxy.ts';
import { haproxy } from './contenders/haproxy.ts';
import { nginx } from './contenders/nginx.ts';
import { ours } from './contenders/ours.ts';
import { freePort } from '@slipway/testing/http';
import { hasProgram } from './has-program.ts';
import { startPinned, type PinnedProcess } from './pinned-process.ts';
import { medians, table, type Round } from './report.ts';
import { runWrk } from './run-wrk.ts';

const help = `Our gateway beside others: one process on one core each, wrk and one tiny upstream on the other core.

  npm run bench:gateway                                5 rounds of 4 s each, by turns
  npm run bench:gateway -- --rounds 3 --seconds 2      at most 20 rounds of 30 s
  npm run bench:gateway -- --out FILE                  instead of bench/results/gateway.json

Needs wrk and taskset; nginx and haproxy take part where they are installed. Everything stays on 127.0.0.1.`;

const gatewayCore = 0;
const loadCore = 1;
const connections = 64;
const path = '/api/v1/orders?limit=20';

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    out: { type: 'string', default: join(import.meta.dirname, '../results/gateway.json') },
  },
});

if (values.help) console.log(help);
else await bench(bounded(values.rounds, 20), bounded(values.seconds, 30), values.out);

function bounded(value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  console.error(`${value} is no number from 1 to ${most}\n\n${help}`);
  return process.exit(2);
}

/** As many requests as it takes until V8 has compiled what is hot, which on a busy machine are no matter of seconds. */
async function warmUp(load: Omit<Parameters<typeof runWrk>[0], 'seconds'>): Promise<void> {
  for (let requests = 0, runs = 0; requests < 20_000 && runs < 8; runs++)
    requests += (await runWrk({ ...load, seconds: 2 })).requests;
}

async function bench(rounds: number, seconds: number, out: string): Promise<void> {
  if (availableParallelism() < 2 || !hasProgram('taskset') || !hasProgram('wrk')) {
    console.error('Two cores, taskset and wrk are needed: apt-get install wrk util-linux');
    return process.exit(1);
  }
  const all = [ours, fastifyProxy, haproxy, nginx];
  const contenders = all.filter(({ needs }) => needs === undefined || hasProgram(needs.program));
  for (const { name, needs } of all) {
    if (needs && !hasProgram(needs.program)) console.log(`${name} is left out: apt-get install ${needs.package}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'bench-gateway-'));
  const running: PinnedProcess[] = [];
  try {
    const tokens = await benchTokens();
    const upstreamPort = await freePort();
    const upstream = [process.execPath, join(import.meta.dirname, 'tiny-upstream.ts')];
    const environment = { PORT: String(upstreamPort), JWKS: JSON.stringify(tokens.jwks) };
    running.push(await startPinned({ core: loadCore, command: upstream, port: upstreamPort, environment }));
    const entries = [];
    for (const contender of contenders) {
      const port = await freePort();
      const prepared = await contender.prepare({ folder, port, upstreamPort, tokens });
      const server = await startPinned({ core: gatewayCore, port, ...prepared });
      running.push(server);
      const load = {
        core: loadCore,
        url: `http://127.0.0.1:${port}${path}`,
        token: contender.token(tokens),
        connections,
      };
      const results: Round[] = [];
      entries.push({ contender, server, load, results });
      await warmUp(load);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const { contender, server, load, results } of entries) {
        const before = server.cpuMicroseconds();
        const { requests, requestsPerSecond, p99Ms } = await runWrk({ ...load, seconds });
        const cpuMicroseconds = (server.cpuMicroseconds() - before) / requests;
        results.push({ requestsPerSecond, cpuMicroseconds, p99Ms });
        console.log(
          `round ${round}  ${contender.name.padEnd(36)} ${requestsPerSecond.toFixed(0).padStart(7)}/s  ${cpuMicroseconds.toFixed(1).padStart(6)} µs`,
        );
      }
    }
    const figures = entries.map(({ contender: { name, does }, results }) => ({ name, does, ...medians(results) }));
    console.log(
      `\nMedians of ${rounds} rounds of ${seconds} s, ${connections} connections; ×: compared with ours\n\n${table(figures)}`,
    );
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version };
    const report = { date: new Date().toISOString(), machine, rounds, seconds, connections, figures };
    await mkdir(join(out, '..'), { recursive: true });
    await writeFile(out, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`\nIn ${out}`);
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}
