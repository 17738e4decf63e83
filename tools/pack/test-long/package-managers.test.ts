import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '@slipway/util/exec';
import { pack, type Tarball } from '../src/pack.ts';
import { foreignEnvironment, repository } from '../test/foreign-workspace.ts';
import { startRegistry } from '../test/registry-stand-in.ts';

/** Safety limits, ms. */
const LIMIT_MS = 600_000;
const START_LIMIT_MS = 600_000;
const MAIN = `import Fastify from 'fastify';
const app = Fastify();
app.get('/health', () => 'ok');
app.get('/', () => ({ node: process.versions.node }));
await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? 'localhost' });
`;
const { devDependencies: ours } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

type Tool = {
  name: string;
  node: string;
  program: string;
  package?: string;
  install: string[];
  files?: Record<string, string>;
};
const npm: Tool = { name: 'npm', node: '24', program: 'npm', install: ['install', '--no-audit', '--no-fund'] };
const TOOLS: Tool[] = [
  npm,
  { ...npm, node: '22.19' },
  {
    name: 'pnpm',
    node: '24',
    program: 'pnpm',
    package: 'pnpm@10',
    install: ['install', '--no-frozen-lockfile'],
    files: { 'pnpm-workspace.yaml': 'packages: [apps/*]\n' },
  },
  {
    name: 'Yarn, node-modules linker',
    node: '24',
    program: 'yarn',
    package: '@yarnpkg/cli-dist@4',
    install: ['install', '--no-immutable'],
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n', 'yarn.lock': '' },
  },
];

const work = mkdtempSync(join(tmpdir(), 'package-managers-'));
let tarballs: Tarball[];
let registry: Awaited<ReturnType<typeof startRegistry>> | undefined;
before(async () => {
  tarballs = await pack(repository, join(work, 'tarballs'));
  const upstream = (await exec(['npm', 'config', 'get', 'registry'])).trim().replace(/\/$/, '');
  registry = await startRegistry(tarballs, upstream);
});
after(() => {
  registry?.close();
  rmSync(work, { recursive: true, force: true });
});

for (const tool of TOOLS) {
  test(`nx add, adopt, start and git with ${tool.name} and Node.js ${tool.node}`, async () => {
    const { root, env, run } = await workspaceOf(tool);
    assert.match(await run(['nx', 'add', 'slipway']), /apps to adopt: hello/);
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: object;
    };
    for (const name of ['slipway', '@slipway/cluster']) assert.ok(name in devDependencies, name);

    await run(['nx', 'g', 'slipway:adopt', 'hello']);
    assert.match(readFileSync(join(root, 'deploy/base/hello/deployment.yaml'), 'utf8'), /path: \/health/);
    await run(['nx', 'run', 'deploy:check']);
    await run(['nx', 'reset']);
    await run(['nx', 'run', 'deploy:check'], { NX_DAEMON: 'true' });
    await run(['nx', 'daemon', '--stop']);

    const answer = (await answerOf(root, env)) as { node: string };
    assert.ok(answer.node.startsWith(tool.node), answer.node);

    await exec(['git', 'add', '-A'], { cwd: root });
    const staged = (await exec(['git', 'ls-files'], { cwd: root })).split('\n');
    assert.ok(staged.includes('apps/hello/slipway.yaml'));
    const unwanted = staged.filter((path) => /(^|\/)(\.env|\.slipway|generated|node_modules)(\/|$)/.test(path));
    assert.deepEqual(unwanted, []);
    rmSync(root, { recursive: true });
  });
}

/** A workspace with one app, installed by the tool from the registry. */
async function workspaceOf({ name, node, program, package: spec, install, files = {} }: Tool) {
  const root = realpathSync(mkdtempSync(join(work, 'acme-')));
  const programs = await installPrograms([`node@${node}`, ...(spec === undefined ? [] : [spec])]);
  const own = foreignEnvironment(root);
  const env = {
    ...own,
    PATH: `${programs}:${own.PATH}`,
    CI: 'true',
    YARN_NPM_REGISTRY_SERVER: registry!.url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
  };
  const wanted = { nx: ours.nx!, '@nx/devkit': ours.nx!, fastify: '5' };
  const manifest = { name: 'acme', private: true, workspaces: ['apps/*'], devDependencies: wanted };
  const all = {
    'package.json': JSON.stringify(manifest),
    '.npmrc': `registry=${registry!.url}\n`,
    '.gitignore': 'node_modules\n.yarn\n.nx\n',
    'nx.json': '{ "analytics": false, "neverConnectToCloud": true }',
    'apps/hello/package.json': '{ "name": "hello", "private": true, "type": "module" }',
    'apps/hello/src/main.ts': MAIN,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await exec(['git', 'init', '-q'], { cwd: root });
  const call = (argv: [string, ...string[]], more: NodeJS.ProcessEnv = {}) =>
    exec(argv, { cwd: root, env: { ...env, ...more }, timeoutMs: LIMIT_MS });
  await call([program, ...install]);
  assert.ok(existsSync(join(root, 'node_modules/nx')), `${name} installed no Nx`);
  return {
    root,
    env,
    run: ([bin, ...args]: [string, ...string[]], more?: NodeJS.ProcessEnv) =>
      call([join(programs, 'node'), realpathSync(join(root, 'node_modules/nx/dist/bin', `${bin}.js`)), ...args], more),
  };
}

/** The folder of these programs, from the registry. */
async function installPrograms(specs: string[]): Promise<string> {
  const folder = mkdtempSync(join(work, 'programs-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...specs];
  await exec(['npm', ...install], { cwd: folder, timeoutMs: LIMIT_MS });
  return join(folder, 'node_modules/.bin');
}

/** What the app answers under `slipway start`, which is stopped then. */
async function answerOf(root: string, env: NodeJS.ProcessEnv): Promise<unknown> {
  const bin = join(root, 'node_modules/slipway/bin/slipway.cjs');
  const child = spawn('node', [bin, 'start', '--ephemeral', '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`not within ${START_LIMIT_MS} ms:\n${output}`)), START_LIMIT_MS);
    const fail = (reason: string) => reject(new Error(`${reason}:\n${output}`));
    child.once('exit', () => fail('it ended'));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const found = /hello[^\n]*?(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (found === undefined) return;
        clearTimeout(limit);
        resolve(found);
      });
  });
  try {
    return await (await fetch(url)).json();
  } finally {
    child.kill('SIGINT');
    await exited;
  }
}
