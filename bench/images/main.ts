import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startShop } from '@slipway/testing/processes';
import { freePort } from '@slipway/util/free-port';
import { build, type Plugin } from 'esbuild';

const help = `What bringing npm packages along costs: three ways, round by round in one run, of the service's own main.js, from its
start to the moment at which it is ready, beside the other services and a real Postgres.

  npm run bench:images                    20 rounds
  npm run bench:images -- --rounds 5      1 to 100
  npm run bench:images -- --out FILE      instead of bench/results/images.json

"slipway" is what images hold; "all bundled" puts every package into the bundle, whether it works there or not; "none
bundled" leaves every package in node_modules. The page /docs is off: it cannot be served from one bundle.`;

const root = join(import.meta.dirname, '../..');
const SERVICES = ['order', 'gateway'] as const;
const READY_WITHIN_MS = 60_000;
const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '20' },
    out: { type: 'string', default: join(root, 'bench/results/images.json') },
  },
});

type Sample = { wallMs: number; cpuMs: number; megabytes: number };
type Service = (typeof SERVICES)[number];

if (values.help) console.log(help);
else await bench(Number(values.rounds));

async function bench(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    console.error(`${values.rounds} is no number from 1 to 100\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const shop = await startShop();
  try {
    const rows = [];
    for (const service of SERVICES) {
      const environment = { ...shop.processes[service].environment, API_DOCS: 'off' };
      rows.push(...(await measure(service, { rounds, scratch, environment })));
    }
    const about = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] };
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, `${JSON.stringify({ ...about, rounds, rows }, null, 2)}\n`);
    console.table(rows);
  } finally {
    await shop.stop();
    rmSync(scratch, { recursive: true });
  }
}

type Setting = { rounds: number; scratch: string; environment: Record<string, string> };

async function measure(service: Service, { rounds, scratch, environment }: Setting) {
  const ways = new Map([
    ['all bundled', await bundled(service, join(scratch, service, 'all'), false)],
    ['none bundled', await bundled(service, join(scratch, service, 'none'), true)],
    ['slipway', unpacked(service, join(scratch, service, 'slipway'))],
  ]);
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [way, folder] of ways) {
      samples.set(way, [...(samples.get(way) ?? []), await start(join(folder, 'apps', service), environment)]);
    }
  }
  const first = samples.get('all bundled')!;
  return [...samples].map(([way, taken]) => ({
    service,
    way,
    wallMs: Math.round(median(taken, 'wallMs')),
    wallRatio: ratio(taken, first, 'wallMs'),
    cpuMs: Math.round(median(taken, 'cpuMs')),
    cpuRatio: ratio(taken, first, 'cpuMs'),
    megabytes: Math.round(median(taken, 'megabytes')),
    kilobytes: sizeOf(ways.get(way)!, way),
  }));
}

/** From the start of the process to its first answer that it is ready. */
async function start(cwd: string, environment: Record<string, string>): Promise<Sample> {
  const [PORT, MANAGEMENT_PORT] = [String(await freePort()), String(await freePort())];
  const begin = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', 'main.js'], {
    cwd,
    env: { PATH: process.env.PATH, ...environment, PORT, MANAGEMENT_PORT },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const management = `http://127.0.0.1:${MANAGEMENT_PORT}`;
    while (!(await isReady(management))) {
      if (child.exitCode !== null) throw new Error(`main.js in ${cwd} exited with ${child.exitCode}`);
      if (performance.now() - begin > READY_WITHIN_MS) throw new Error(`main.js in ${cwd} does not get ready`);
      await sleep(2);
    }
    return { wallMs: performance.now() - begin, ...usageOf(child.pid!) };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

/** Processor time, which Linux counts in hundredths of a second, and the most memory that it has held. */
function usageOf(pid: number): Omit<Sample, 'wallMs'> {
  // The name of the program comes second and may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, megabytes: (Number(kibibytes) * 1024) / 1e6 };
}

async function isReady(management: string): Promise<boolean> {
  return fetch(`${management}/healthz/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function ratio(samples: Sample[], first: Sample[], key: keyof Sample): number {
  return Number((median(samples, key) / median(first, key)).toFixed(2));
}

function median(samples: Sample[], key: keyof Sample): number {
  return samples.map((sample) => sample[key]).sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
}

/** Minified, with packages or without; laid out as the workspace is. No source maps: reading those of packages costs. */
async function bundled(service: Service, folder: string, isExternal: boolean): Promise<string> {
  const own = join(folder, 'apps', service);
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    absWorkingDir: root,
    entryPoints: [`apps/${service}/src/main.ts`],
    outdir: own,
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    ...(isExternal ? {} : { banner: { js: banner } }),
    plugins: isExternal ? [externalPackages()] : [],
    logLevel: 'silent',
  });
  writeFileSync(join(own, 'package.json'), '{"type":"module"}');
  const migrations = join(root, 'apps', service, 'migrations');
  if (existsSync(migrations)) cpSync(migrations, join(own, 'migrations'), { recursive: true });
  if (isExternal) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Ours are links to folders, whose sources are bundled. */
function externalPackages(): Plugin {
  return {
    name: 'external-packages',
    setup: (build) => {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === true || kind === 'entry-point') return undefined;
        const resolved = await build.resolve(path, { kind, resolveDir, pluginData: true });
        return resolved.path.includes('/node_modules/') ? { path, external: true } : resolved;
      });
    },
  };
}

/** What the image has above its base, as `nx run SERVICE:image` builds it. */
function unpacked(service: Service, folder: string): string {
  execFileSync('npx', ['nx', 'run', `${service}:image`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(folder, { recursive: true });
  for (const layer of [`${service}-packages`, service]) {
    execFileSync('tar', ['-x', '-C', folder, '--strip-components=1', '-f', join(root, 'dist/layers', `${layer}.tar`)]);
  }
  return folder;
}

/** Of what an image would have above its base; without packages there is nothing to say. */
function sizeOf(folder: string, way: string): number | undefined {
  if (way === 'none bundled') return undefined;
  return Math.round(Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0]) / 1000);
}
