import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDevBundler } from '../../src/dev/watch/dev-bundler.ts';
import { openCodeFolder } from '../../src/dev/watch/pod/code-folder.ts';
import { builtService } from '../../src/images/layers/built-service.ts';
import { serviceLayers } from '../../src/images/layers/service-layers.ts';
import { type Files, makeWorkspace, shopSpec } from './fixture-service.ts';

const manifest = (name: string, more: object = {}) =>
  JSON.stringify({ name, version: '1.0.0', license: 'MIT', ...more });

const PACKAGES: Files = {
  'node_modules/noisy/package.json': manifest('noisy', { main: 'index.js' }),
  'node_modules/noisy/index.js':
    "require('fs').appendFileSync(process.env.WITNESS, 'noisy ran\\n'); exports.loud = 'loud';\n",
  'node_modules/beside/package.json': manifest('beside'),
  'node_modules/beside/index.js':
    "const { join } = require('path');\n" +
    "exports.text = require('fs').readFileSync(join(__dirname, 'text.txt'), 'utf8').trim();\n" +
    'exports.part = (name) => require(`./parts/${name}`);\n' +
    "try { exports.peer = require('not-there'); } catch { exports.peer = 'no peer'; }\n",
  'node_modules/beside/text.txt': 'a text\n',
  'node_modules/beside/parts/one.js': "module.exports = 'part one';\n",
  'node_modules/located/package.json': manifest('located', { type: 'module', exports: './index.js' }),
  'node_modules/located/index.js':
    "import { readFileSync } from 'node:fs';\n" +
    "export const located = JSON.parse(readFileSync(new URL('./data.json', import.meta.url), 'utf8')).word;\n",
  'node_modules/located/data.json': '{"word":"located"}',
  'node_modules/chosen/package.json': manifest('chosen', {
    exports: { '.': { module: './wrong.js', node: { import: './right.mjs', require: './wrong.js' } } },
  }),
  'node_modules/chosen/wrong.js': "module.exports = { chosen: 'wrong' };\n",
  'node_modules/chosen/right.mjs': "export const chosen = 'right';\nexport default 'default of chosen';\n",
  'node_modules/facts/package.json': manifest('facts'),
  'node_modules/facts/facts.json': '{"fact":"JSON of a package"}',
  'node_modules/required/package.json': manifest('required', { main: 'index.js' }),
  'node_modules/required/index.js': "module.exports = 'required';\n",
  'node_modules/acme-transport/package.json': manifest('acme-transport', { main: 'index.js' }),
  'node_modules/acme-transport/index.js':
    "const { appendFileSync } = require('fs');\n" +
    "const build = require('pino-abstract-transport');\n" +
    'module.exports = ({ file }) => build(async (source) => {\n' +
    '  for await (const line of source) appendFileSync(file, `${line.msg}\\n`);\n' +
    '});\n',
  // Two versions: the library's own must not become the service's.
  'node_modules/twice/package.json': manifest('twice', { main: 'index.js' }),
  'node_modules/twice/index.js': "exports.version = 'one';\n",
  'libs/greeting/node_modules/twice/package.json': manifest('twice', { version: '2.0.0', main: 'index.js' }),
  'libs/greeting/node_modules/twice/index.js': "exports.version = 'two ' + __dirname.split('/').at(-1);\n",
};

const SOURCES: Files = {
  'package.json': manifest('fixture', { private: true, workspaces: ['apps/*', 'libs/*'] }),
  'tsconfig.json': '{ "compilerOptions": { "paths": { "@paths/*": ["./libs/greeting/src/*"] } } }',
  'libs/greeting/package.json': manifest('@fix/greeting', { type: 'module', exports: './src/index.ts' }),
  'libs/greeting/src/index.ts':
    "import { readFileSync } from 'node:fs';\n" +
    "import { version } from 'twice';\n" +
    "const word = readFileSync(new URL('./word.txt', import.meta.url), 'utf8').trim();\n" +
    'export const greet = (who: string): string => `${word} ${who}, ${version}`;\n' +
    "if (import.meta.main) throw new Error('a library is no program');\n",
  'libs/greeting/src/word.txt': 'hello\n',
  'libs/greeting/src/kind.ts': "export enum Kind { Good = 'good' }\n",
  'apps/shop/package.json': manifest('@fix/shop', {
    type: 'module',
    dependencies: {
      '@fix/greeting': '1.0.0',
      'acme-transport': '1.0.0',
      bcrypt: '6.0.0',
      pino: '10.4.0',
      sharp: '0.35.5',
    },
  }),
  'apps/shop/assets/logo.bin': '\u0000logo',
  'apps/shop/src/page (1) #2.html': '<p>page</p>\n',
  'apps/shop/src/plugins/a.ts': "export const name: string = 'plugin a';\n",
  'apps/shop/src/plugins/b.ts': "export const name: string = 'plugin b';\n",
  'apps/shop/src/work/worker.ts':
    "import { parentPort } from 'node:worker_threads';\n" +
    "import { greet } from '@fix/greeting';\n" +
    "parentPort?.postMessage(greet('worker'));\n",
  'apps/shop/src/main.ts': `
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import bcrypt from 'bcrypt';
import { part, peer, text } from 'beside';
import chosenDefault, { chosen } from 'chosen';
import facts from 'facts/facts.json' with { type: 'json' };
import { located } from 'located';
import { loud } from 'noisy';
import { pino } from 'pino';
import sharp from 'sharp';
import { version } from 'twice';
import { greet } from '@fix/greeting';
import { Kind } from '@paths/kind';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const logger = pino({
  transport: {
    targets: [
      { target: 'acme-transport', options: { file: process.env.WITNESS } },
      { target: 'pino/file', options: { destination: process.env.WITNESS + '.log' } },
    ],
  },
});

async function answer(): Promise<object> {
  const hash = await bcrypt.hash('x', 4);
  const worker = new Worker(new URL('./work/worker.ts', import.meta.url));
  const [said] = (await once(worker, 'message')) as [string];
  const plugins = readdirSync(new URL('./plugins/', import.meta.url)).sort();
  const loaded = await Promise.all(plugins.map((file) => import(\`./plugins/\${file}\`) as Promise<{ name: string }>));
  logger.info('logged by a transport');
  return {
    native: await bcrypt.compare('x', hash),
    picture: (await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } }).png().toBuffer({ resolveWithObject: true })).info.width,
    said,
    plugins: loaded.map(({ name }) => name),
    page: readFileSync(join(here, 'page (1) #2.html'), 'utf8').trim(),
    logo: readFileSync('assets/logo.bin').length,
    required: require('required') as string,
    packages: [text, part('one'), peer, located, chosen, chosenDefault, facts.fact, loud, version],
    greeting: greet('main'),
    kind: Kind.Good,
    main: import.meta.main,
  };
}
const server = createServer((_, response) => {
  answer().then(
    (body) => response.end(JSON.stringify(body)),
    (error: Error) => response.end(JSON.stringify({ error: error.stack })),
  );
});
server.listen(0, '127.0.0.1', () => console.log(String((server.address() as AddressInfo).port)));
`,
};

const EXPECTED = {
  native: true,
  picture: 3,
  said: 'hello worker, two twice',
  plugins: ['plugin a', 'plugin b'],
  page: '<p>page</p>',
  logo: 5,
  required: 'required',
  packages: [
    'a text',
    'part one',
    'no peer',
    'located',
    'right',
    'default of chosen',
    'JSON of a package',
    'loud',
    'one',
  ],
  greeting: 'hello main, two twice',
  kind: 'good',
  main: true,
};

const workspace = makeWorkspace(
  { 'package-lock.json': '{"packages":{}}', ...PACKAGES, ...SOURCES },
  { npm: ['bcrypt', 'pino', 'pino-abstract-transport', 'sharp'], name: 'slipway image #1 %41-' },
);
const { root } = workspace;
const witness = join(root, 'witness.txt');
const LOGS = [witness, `${witness}.log`];
const image = join(root, '..', `${root.split('/').at(-1)}-unpacked`);
after(() => {
  workspace.remove();
  for (const folder of [image, `${image}-code`]) rmSync(folder, { recursive: true, force: true });
});

before(() => {
  // npm links workspaces.
  mkdirSync(join(root, 'node_modules/@fix'));
  symlinkSync('../../libs/greeting', join(root, 'node_modules/@fix/greeting'));
  mkdirSync(`${image}-code`);
});

/** Runs the folder's program until it has answered once and its transports have written. */
async function ask(folder: string, program = 'main.js'): Promise<unknown> {
  for (const file of LOGS) rmSync(file, { force: true });
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    cwd: folder,
    env: { PATH: process.env.PATH, WITNESS: witness },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  const closed = once(child, 'close');
  try {
    const lines = createInterface({ input: child.stdout });
    const [port] = (await Promise.race([
      once(lines, 'line'),
      closed.then(() => assert.fail(`it ended: ${errors}`)),
    ])) as [string];
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(30_000) });
    const answer: unknown = await response.json();
    for (const file of LOGS) await untilLogged(file);
    return answer;
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
}

/** Transports write from a thread of their own. */
async function untilLogged(file: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    if (existsSync(file) && readFileSync(file, 'utf8').includes('logged by a transport')) return;
  }
  assert.fail(`${file} does not hold what was logged`);
}

// One service with bcrypt, sharp, a worker, a template, pino's transports, JSON of a package, a library of the workspace
// and a folder that is imported by name, in the three forms in which services run.
test('it runs from its image’s layers, and no code of a package ran to build them', async () => {
  process.env.WITNESS = witness;
  const layers = await serviceLayers(root, shopSpec);
  delete process.env.WITNESS;
  assert.equal(existsSync(witness), false, 'no code of a package ran at build time');
  mkdirSync(image, { recursive: true });
  for (const { tar } of [layers.packages, layers.own]) execFileSync('tar', ['-x', '-C', image], { input: tar });
  assert.deepEqual(await ask(join(image, 'app/apps/shop')), EXPECTED);
  for (const name of [
    'bcrypt',
    'sharp',
    `@img/sharp-linux-${process.arch}`,
    'pino',
    'noisy',
    'acme-transport',
    'facts',
  ]) {
    assert.ok(layers.npm.includes(`node_modules/${name}`), `the SBOM knows ${name}`);
  }
  assert.ok(layers.npm.includes('libs/greeting/node_modules/twice'));
});

test('it runs as a process of npm start and nx serve', async () => {
  assert.deepEqual(await ask(await builtService(root, shopSpec)), EXPECTED);
});

test('it runs in a pod of watch mode, on the packages of its image, and an edit of each kind of file counts', async () => {
  const code = openCodeFolder(`${image}-code`);
  const bundler = await openDevBundler(root, shopSpec);
  const send = async () => {
    const { entry, files, packages } = await bundler.build();
    code.put(Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')])));
    code.linkPackages(entry, join(image, 'app/apps/shop/main.js'));
    return { packages, answer: await ask(dirname(code.path(entry)), basename(entry)) };
  };
  try {
    const first = await send();
    assert.deepEqual(first.answer, EXPECTED);
    workspace.write('apps/shop/src/page (1) #2.html', '<p>edited</p>\n');
    workspace.write('apps/shop/src/plugins/b.ts', "export const name: string = 'edited b';\n");
    workspace.write('apps/shop/src/plugins/c.ts', "export const name: string = 'new c';\n");
    workspace.write('libs/greeting/src/word.txt', 'good day\n');
    assert.deepEqual(await send(), {
      packages: first.packages,
      answer: {
        ...EXPECTED,
        page: '<p>edited</p>',
        plugins: ['plugin a', 'edited b', 'new c'],
        said: 'good day worker, two twice',
        greeting: 'good day main, two twice',
      },
    });
  } finally {
    await bundler.close();
  }
});
