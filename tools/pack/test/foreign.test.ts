import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
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

/** Calls hello, reads its environment by zod, and has a library as @nx/js makes it: sources behind an export condition. */
const greeter = {
  'tsconfig.base.json': '{"compilerOptions":{"customConditions":["@acme/source"],"module":"nodenext","strict":true}}',
  'packages/greeter/package.json': JSON.stringify({ name: '@acme/greeter', private: true, type: 'module' }),
  'packages/greeter/tsconfig.json': '{"extends":"../../tsconfig.base.json"}',
  'packages/greeter/src/env.ts': `import { z } from 'zod';

export enum Mood { good = 'good', bad = 'bad' }
export const Env = z.object({
  PORT: z.coerce.number().int().default(3000),
  HOST: z.string().default('0.0.0.0'),
  HELLO_URL: z.url(),
  MOOD: z.enum(Mood).default(Mood.good),
  SENTRY_DSN: z.url().optional(),
});
`,
  'packages/greeter/src/main.ts': `import { createServer } from 'node:http';
import { emphasised } from '@acme/words';
import { Env } from './env';

const env = Env.parse(process.env);
createServer(async (request, response) => {
  if (request.url === '/healthz') return void response.end();
  const { greeting } = (await (await fetch(env.HELLO_URL)).json()) as { greeting: string };
  response.end(JSON.stringify({ said: emphasised(greeting), mood: env.MOOD }));
}).listen(env.PORT, env.HOST);
`,
  'packages/words/package.json': JSON.stringify({
    name: '@acme/words',
    private: true,
    type: 'module',
    exports: { '.': { '@acme/source': './src/index.ts', default: './dist/index.js' } },
  }),
  'packages/words/src/index.ts': 'export const emphasised = (word: string): string => `${word}!`;\n',
};

/** Apps that adopt takes by other signs: a Dockerfile, a target that compiles decorators, a tool that migrates. */
const others = {
  'services/gosvc/project.json': '{ "name": "gosvc" }',
  'services/gosvc/main.go': 'package main\n',
  'services/gosvc/Dockerfile': 'FROM scratch\n',
  'services/nesty/project.json': JSON.stringify({
    name: 'nesty',
    targets: { build: { command: 'npx tsc -p services/nesty', outputs: ['{projectRoot}/dist'] } },
  }),
  'services/nesty/src/main.ts': "import { NestFactory } from '@nestjs/core';\nprocess.env.PORT;\n",
  'services/store/package.json': JSON.stringify({ name: '@acme/store', private: true, type: 'module' }),
  'services/store/drizzle.config.ts': "export default { dialect: 'postgresql', url: process.env.DATABASE_URL };\n",
  'services/store/src/main.ts': "import { createServer } from 'node:http';\ncreateServer().listen(process.env.PORT);\n",
};

let workspace: ForeignWorkspace;
before(async () => {
  workspace = await makeForeignWorkspace({
    'package.json': JSON.stringify({
      // As create-nx-workspace names it.
      name: '@acme/source',
      private: true,
      workspaces: ['services/*', 'packages/*'],
      devDependencies: { '@slipway/cluster': '0.1.0' },
    }),
    'nx.json': JSON.stringify({ analytics: false, neverConnectToCloud: true }),
    '.gitignore': 'node_modules\n',
    'services/hello/package.json': JSON.stringify({ name: '@acme/hello', private: true, type: 'module' }),
    'services/hello/src/main.ts': app('hello'),
    ...greeter,
    ...others,
  });
  // As npm links the workspace's own packages.
  mkdirSync(join(workspace.root, 'node_modules/@acme'), { recursive: true });
  symlinkSync('../../packages/words', join(workspace.root, 'node_modules/@acme/words'));
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
  assert.match(said, /apps to adopt: .*@acme\/hello/);
  assert.match(said, /apps to adopt: .*@acme\/greeter/);
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

test('adopt finds a zod schema: its edge and its defaults are in the manifests', async () => {
  const said = await workspace.nx('g', 'slipway:adopt', 'greeter');
  assert.match(said, /src\/env\.ts#Env says its environment/);
  assert.match(said, /HELLO_URL is the address of the service hello/);
  const configMap = text('deploy/base/greeter/config-map.yaml');
  assert.match(configMap, /HELLO_URL: http:\/\/hello\n/);
  assert.match(configMap, /MOOD: good\n/);
  assert.doesNotMatch(configMap, /SENTRY_DSN/);
  assert.match(text('deploy/base/hello/network-policy.yaml'), /greeter/);
});

test('assembling again changes nothing, with the daemon and without it, and after nx reset', async () => {
  const files = () => globSync('deploy/base/**/*.yaml', { cwd: workspace.root }).map((file) => [file, text(file)]);
  const before = files();
  await workspace.nx('run', 'deploy:assemble-base', '--skip-nx-cache');
  assert.deepEqual(files(), before);
  await workspace.nx('reset');
  try {
    await exec(workspace.nxCommand('run', 'deploy:check'), {
      cwd: workspace.root,
      env: { ...workspace.env, NX_DAEMON: 'true' },
      timeoutMs: LIMIT_MS,
    });
  } finally {
    await workspace.nx('daemon', '--stop');
  }
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

test('npx slipway start runs both, and the edge and the library answer', async (t) => {
  const bin = join(workspace.root, 'node_modules/slipway/bin/slipway.cjs');
  const child = spawn(process.execPath, [bin, 'start', '--ephemeral', '--json'], {
    cwd: workspace.root,
    env: workspace.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await until(
    () => /greeter[^\n]*?(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1],
    () => output,
  );
  const answer = async () => await (await fetch(url)).json();
  assert.deepEqual(
    await until(
      () => answer().catch(() => undefined),
      () => output,
    ),
    { said: 'edited!', mood: 'good' },
  );
  child.kill('SIGINT');
  await exited;
});

test('adopt takes a Dockerfile, a build target and a tool that migrates for what they are', async () => {
  for (const app of ['gosvc', 'nesty', 'store']) await workspace.nx('g', 'slipway:adopt', app);
  assert.match(text('services/gosvc/slipway.yaml'), /^build:\n {2}dockerfile: Dockerfile$/m);
  assert.match(text('services/nesty/slipway.yaml'), /^build:\n {2}target: build\n {2}entry: dist\/main\.js$/m);
  assert.match(text('services/store/slipway.yaml'), /^database:\n {2}url: DATABASE_URL\n {2}migrate:$/m);
  assert.match(text('deploy/base/store/db-stateful-set.yaml'), /kind: StatefulSet/);
});

/** What a program ends with, and prints. */
function ended(...argv: [string, ...string[]]): { status: number | null; output: string } {
  const [program, ...args] = argv;
  const options = { cwd: workspace.root, env: workspace.env, encoding: 'utf8', timeout: LIMIT_MS } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  return { status, output: stdout + stderr };
}

const slipway = (...args: string[]) =>
  ended(process.execPath, join(workspace.root, 'node_modules/slipway/bin/slipway.cjs'), ...args);
const cluster = (...args: string[]) =>
  ended(process.execPath, join(workspace.root, 'node_modules/@slipway/cluster/bin/slipway-cluster.cjs'), ...args);

test('every failure has an exit code and names its cause', () => {
  const failures: [{ status: number | null; output: string }, number, RegExp][] = [
    [slipway('nosuch'), 64, /no command "nosuch"/],
    [slipway('start', '--nosuch'), 64, /--nosuch/],
    [cluster('nosuch'), 64, /unknown command "nosuch"/],
    [slipway('start', '--only', 'nobody'), 1, /no service "nobody"[^]*hello/],
    [slipway('status'), 1, /no context "kind-acme"[^]*npx slipway-cluster up --name acme/],
    [slipway('doctor'), 1, /drizzle|✗/],
  ];
  for (const [{ status, output }, code, said] of failures) {
    assert.match(output, said);
    assert.equal(status, code, output);
    assert.doesNotMatch(output, /^\s+at .*\.js:\d+/m, 'no stack trace for what is no fault of ours');
  }
});

test('a service that is wrong is named with file and line, and nothing is said of the others', () => {
  const file = join(workspace.root, 'services/store/slipway.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, `# a comment\nhtpp: {}\n${before}`);
  const { status, output } = ended(...workspace.nxCommand('run', 'deploy:check'));
  writeFileSync(file, before);
  assert.equal(status, 1);
  assert.match(output, /services\/store\/slipway\.yaml:\d+ htpp: is not known/);
  assert.doesNotMatch(output, /services\/(hello|gosvc)/);
});

const layouts = join(
  process.env.SLIPWAY_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'slipway'),
  'images',
);
const hasImages = existsSync(layouts) && readdirSync(layouts).length > 0;
test(
  'a service that cannot be built fails alone: its image is named, the other one is there',
  { skip: hasImages ? false : 'base images come with slipway-cluster images' },
  () => {
    const { status, output } = ended(
      ...workspace.nxCommand('run-many', '-t', 'image', '-p', '@acme/hello,@acme/store'),
    );
    assert.equal(status, 1);
    assert.match(output, /Failed tasks:\s+- @acme\/store:image\s/);
    assert.match(output, /"drizzle-kit" is no program of a package that is installed[^]*npm install drizzle-kit/);
    assert.ok(existsSync(join(workspace.root, 'dist/images/hello/index.json')));
  },
);

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
