import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';

const help = `What bringing npm packages along costs: three ways, round by round in one run, of the service's own main.js, loaded
up to its first complaint about the environment.

  npm run bench:images                    20 rounds
  npm run bench:images -- --rounds 5      1 to 100
  npm run bench:images -- --out FILE      instead of bench/results/images.json

"slipway" is what images hold; "all bundled" puts every package into the bundle, whether it works there or not; "none
bundled" leaves every package in node_modules.`;

const root = join(import.meta.dirname, '../..');
const SERVICES = ['order', 'gateway'];
const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '20' },
    out: { type: 'string', default: join(root, 'bench/results/images.json') },
  },
});

type Sample = { wallMs: number; cpuMs: number; megabytes: number };

/** The service ends the process by itself when its environment is incomplete. */
const PROBE = `
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    console.error('PROBE ' + JSON.stringify({ cpuMs: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 }));
  });
  await import(process.cwd() + '/main.js').catch(() => {});
`;

if (values.help) console.log(help);
else await bench(Number(values.rounds));

async function bench(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    console.error(`${values.rounds} is no number from 1 to 100\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const rows = [];
    for (const service of SERVICES) rows.push(...(await measure(service, rounds, scratch)));
    const about = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0] };
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, `${JSON.stringify({ ...about, rounds, rows }, null, 2)}\n`);
    console.table(rows);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function measure(service: string, rounds: number, scratch: string) {
  const ways = new Map([
    ['all bundled', await bundled(service, join(scratch, service, 'all'), false)],
    ['none bundled', await bundled(service, join(scratch, service, 'none'), true)],
    ['slipway', unpacked(service, join(scratch, service, 'slipway'))],
  ]);
  const samples = new Map<string, Sample[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [way, folder] of ways) samples.set(way, [...(samples.get(way) ?? []), load(folder)]);
  }
  const first = samples.get('all bundled')!;
  return [...samples].map(([way, taken]) => ({
    service,
    way,
    wallMs: Math.round(median(taken, 'wallMs')),
    cpuMs: Math.round(median(taken, 'cpuMs')),
    cpuRatio: Number((median(taken, 'cpuMs') / median(first, 'cpuMs')).toFixed(2)),
    megabytes: Math.round(median(taken, 'megabytes')),
    kilobytes: sizeOf(ways.get(way)!, way),
  }));
}

function load(cwd: string): Sample {
  const start = performance.now();
  const args = ['--enable-source-maps', '--input-type=module', '--eval', PROBE];
  const { stderr } = spawnSync(process.execPath, args, { cwd, env: { PATH: process.env.PATH }, encoding: 'utf8' });
  const probe = /^PROBE (.*)$/m.exec(stderr)?.[1];
  if (probe === undefined) throw new Error(`main.js in ${cwd} did not end as it should: ${stderr}`);
  return { wallMs: performance.now() - start, ...(JSON.parse(probe) as Omit<Sample, 'wallMs'>) };
}

function median(samples: Sample[], key: keyof Sample): number {
  return samples.map((sample) => sample[key]).sort((a, b) => a - b)[Math.floor(samples.length / 2)]!;
}

/** Minified, with packages or without. */
async function bundled(service: string, folder: string, isExternal: boolean): Promise<string> {
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    absWorkingDir: root,
    entryPoints: [`apps/${service}/src/main.ts`],
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    ...(isExternal ? {} : { banner: { js: banner } }),
    plugins: isExternal ? [externalPackages()] : [],
    logLevel: 'silent',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
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
function unpacked(service: string, folder: string): string {
  execFileSync('npx', ['nx', 'run', `${service}:image`], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(folder, { recursive: true });
  for (const layer of [`${service}-packages`, service]) {
    execFileSync('tar', ['-x', '-C', folder, '--strip-components=1', '-f', join(root, 'dist/layers', `${layer}.tar`)]);
  }
  return join(folder, 'apps', service);
}

/** Of what an image would have above its base; without packages there is nothing to say. */
function sizeOf(folder: string, way: string): number | undefined {
  if (way === 'none bundled') return undefined;
  const top = way === 'slipway' ? join(folder, '../..') : folder;
  return Math.round(Number(execFileSync('du', ['-sb', top], { encoding: 'utf8' }).split('\t')[0]) / 1000);
}
