import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '@slipway/util/exec';
import { type ForeignWorkspace, makeForeignWorkspace, repository } from './foreign-workspace.ts';

const LIMIT_MS = 120_000;
const app = (greeting: string) => `import Fastify from 'fastify';

const app = Fastify({ logger: true });
app.get('/', () => ({ greeting: '${greeting}' }));
app.get('/health', () => ({ ok: true }));
await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? 'localhost' });
`;

let workspace: ForeignWorkspace;
before(async () => {
  workspace = await makeForeignWorkspace({
    'package.json': JSON.stringify({
      name: 'acme',
      private: true,
      workspaces: ['services/*'],
      devDependencies: { '@slipway/cluster': '0.1.0' },
    }),
    'nx.json': JSON.stringify({ analytics: false, neverConnectToCloud: true }),
    '.gitignore': 'node_modules\n',
    'services/hello/package.json': JSON.stringify({ name: '@acme/hello', private: true, type: 'module' }),
    'services/hello/src/main.ts': app('hello'),
  });
});
after(() => rmSync(workspace.root, { recursive: true, force: true }));

const json = (path: string): unknown => JSON.parse(readFileSync(join(workspace.root, path), 'utf8'));
const text = (path: string): string => readFileSync(join(workspace.root, path), 'utf8');

test('the packages are files of the workspace, in JavaScript, and no link leads to the repository', () => {
  const plugin = realpathSync(join(workspace.root, 'node_modules/slipway/src/plugin.js'));
  assert.ok(plugin.startsWith(realpathSync(workspace.root)));
  assert.ok(!plugin.startsWith(repository));
});

test('init writes what a stack needs', async () => {
  const said = await workspace.nx('g', 'slipway:init');
  assert.match(said, /apps to adopt: @acme\/hello/);
  assert.deepEqual((json('nx.json') as { plugins: object[] }).plugins, [
    { plugin: 'slipway', options: { namespace: 'acme' } },
  ]);
  assert.match(text('deploy/kind.yaml'), /^name: acme$/m);
  assert.deepEqual(text('.gitignore').split('\n'), ['node_modules', '.slipway/', 'deploy/dev/generated/', '.env', '']);
});

test('adopt makes a service of the app: its port, its health route, its manifests', async () => {
  const said = await workspace.nx('g', 'slipway:adopt', 'hello');
  assert.match(said, /\/health says whether it is ready/);
  assert.match(text('services/hello/slipway.yaml'), /ready: \/health\n/);
  const deployment = text('deploy/base/hello/deployment.yaml');
  assert.match(deployment, /readinessProbe:\n +httpGet:\n +path: \/health\n +port: http\n/);
  assert.doesNotMatch(deployment, /management|NaN/);
  assert.match(text('deploy/dev/hello-node-port.yaml'), /nodePort: 30080/);
});

test('the targets are inferred from the package in node_modules', async () => {
  const { targets } = JSON.parse(await workspace.nx('show', 'project', 'hello', '--json')) as { targets: object };
  for (const target of ['serve', 'image', 'deploy-kind']) assert.ok(target in targets, target);
});

test('a stale file is named, and nothing else', async () => {
  const file = join(workspace.root, 'deploy/base/hello/service.yaml');
  const service = readFileSync(file, 'utf8');
  writeFileSync(file, service.replace('80', '81'));
  await assert.rejects(workspace.nx('run', 'deploy:check'), (error: Error) => {
    assert.match(error.message, /deploy\/base\/hello\/service\.yaml/);
    assert.doesNotMatch(error.message, /deployment\.yaml/);
    return true;
  });
  writeFileSync(file, service);
});

test('serve answers, an edit is live, and Ctrl-C leaves nothing behind', async (t) => {
  const [program, ...args] = workspace.nxCommand('run', 'hello:serve');
  const child = spawn(program, args, { cwd: workspace.root, env: workspace.env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await until(
    () => /hello: (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1],
    () => output,
  );
  assert.deepEqual(await (await fetch(url)).json(), { greeting: 'hello' });
  writeFileSync(join(workspace.root, 'services/hello/src/main.ts'), app('edited'));
  const greeting = async () => ((await (await fetch(url)).json()) as { greeting: string }).greeting;
  await until(
    async () => ((await greeting().catch(() => '')) === 'edited' ? true : undefined),
    () => output,
  );
  child.kill('SIGINT');
  await exited;
  await until(
    async () => ((await fetch(url).catch(() => undefined)) === undefined ? true : undefined),
    () => output,
  );
});

test('git is offered no secret and no state of this machine', async () => {
  await exec(['git', 'add', '-A'], { cwd: workspace.root });
  const staged = (await exec(['git', 'ls-files'], { cwd: workspace.root })).split('\n');
  assert.ok(staged.includes('services/hello/slipway.yaml'));
  assert.deepEqual(
    staged.filter((path) => /(^|\/)(\.env|\.slipway|generated)(\/|$)/.test(path)),
    [],
  );
});

test('the commands of the packages say what they do, in the words of this workspace', async () => {
  const bin = (name: string) => join(workspace.root, 'node_modules', name);
  const run = (file: string, ...args: string[]) =>
    exec([process.execPath, file, ...args], { cwd: workspace.root, env: workspace.env });
  assert.match(await run(bin('slipway/bin/slipway.cjs'), '--help'), /Usage: npx slipway COMMAND/);
  const help = await run(bin('@slipway/cluster/bin/slipway-cluster.cjs'), '--help');
  assert.match(help, /Usage: npx slipway-cluster COMMAND/);
  assert.match(help, /default acme;/);
});

test('nothing of the packages speaks of this repository', () => {
  const files = globSync('node_modules/{slipway,@slipway/*}/src/**/*.js', { cwd: workspace.root });
  assert.ok(files.length > 300 && existsSync(join(workspace.root, files[0]!)));
  const found = files.filter((file) => /@shop\/|tools\/cluster\/src/.test(text(file)));
  assert.deepEqual(found, []);
});

/** What `look` answers once it is not undefined; fails after the limit with what `said` has. */
async function until<Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
  said: () => string,
): Promise<Value> {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end) {
    const value = await look();
    if (value !== undefined) return value;
    await sleep(100);
  }
  throw new Error(`not within ${LIMIT_MS / 1000} s:\n${said()}`);
}
