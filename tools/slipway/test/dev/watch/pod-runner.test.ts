import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import type { DevBuild } from '../../../src/dev/watch/dev-bundler.ts';
import { type Died, openPodLink, type PodLink } from '../../../src/dev/watch/pod-link.ts';
import { runnerScript } from '../../../src/dev/watch/runner-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-runner-'));
const code = join(folder, 'code');
const [port, runnerPort] = (await freePorts(2)) as [number, number];
const died: Died[] = [];
let runner: ChildProcess;
let link: PodLink;

/** A service: answers with `text`, at `/slow` not before it is asked to drain; `more` is code of its own. */
function service(text: string, more = ''): string {
  return `import { createServer } from 'node:http';
    const drain = Promise.withResolvers();
    let isDraining = false;
    const server = createServer(async ({ url }, response) => {
      if (url === '/slow') await drain.promise;
      if (isDraining) response.shouldKeepAlive = false;
      response.end(${JSON.stringify(text)});
    });
    server.listen(${port}, '127.0.0.1');
    process.on('SIGINT', () => server.close(() => process.exit()));
    process.on('SIGTERM', () => { isDraining = true; drain.resolve(); server.close(() => process.exit()); });
    ${more}`;
}

function build(entry: string, text: string): DevBuild {
  return {
    entry,
    files: new Map([
      ['package.json', Buffer.from('{"type":"module"}')],
      [entry, Buffer.from(text)],
    ]),
    version: entry,
    inputs: new Set(),
    packages: '',
  };
}

async function ask(path = '/'): Promise<string> {
  // Node's cluster loses a connection that it has handed to a process just before that dies.
  const options = { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) };
  return (await fetch(`http://127.0.0.1:${port}${path}`, options)).text();
}

async function askThrough(agent: Agent, path = '/'): Promise<string> {
  const asked = request({ host: '127.0.0.1', port, path, agent, timeout: 5000 }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return (await response.toArray()).join('');
}

async function startRunner(): Promise<void> {
  const args = [join(folder, 'runner.mjs'), code, String(runnerPort), 'node', '--enable-source-maps', 'main.js'];
  runner = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, PORT: String(port) }, stdio: 'pipe' });
  await until(async () => (await ask()) !== '');
  link = await openLink();
}

/** To a process of this machine what a forwarded port is to a pod. */
async function openLink(): Promise<PodLink> {
  const socket = connect(runnerPort, '127.0.0.1');
  const incoming = socket.pipe(new PassThrough());
  return openPodLink({ incoming, send: (text) => void socket.write(text), close: () => socket.destroy() }, (message) =>
    died.push(message),
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if (await isSo().catch(() => false)) return;
  }
  throw new Error('it did not come to pass within 30 s');
}

before(async () => {
  mkdirSync(code);
  writeFileSync(join(folder, 'runner.mjs'), await runnerScript());
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'main.js'), service('image'));
  await startRunner();
});

after(() => {
  runner.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('the image’s own code serves until other code is sent, which then does, and no request is lost', async () => {
  assert.equal(await ask(), 'image');
  let isOver = false;
  const answers: string[] = [];
  const load = (async () => {
    while (!isOver) answers.push(await ask());
  })();
  assert.equal((await link.run(build('main-1.js', service('one')))).status, 'serving');
  assert.equal(await ask(), 'one');
  assert.equal((await link.run(build('main-2.js', service('two')))).status, 'serving');
  assert.equal(await ask(), 'two');
  isOver = true;
  await load;
  assert.deepEqual([...new Set(answers)].sort(), ['image', 'one', 'two']);
});

test('a client whose connection is busy while the code changes hears the new code next', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const slow = askThrough(agent, '/slow');
    assert.equal((await link.run(build('main-9.js', service('nine')))).status, 'serving');
    assert.equal(await slow, 'two');
    assert.equal(await askThrough(agent), 'nine');
  } finally {
    agent.destroy();
  }
  assert.equal((await link.run(build('main-2.js', service('two')))).status, 'serving');
});

test('code that does not start leaves the old code serving, and its log is told', async () => {
  const outcome = await link.run(build('main-3.js', `console.log('so far'); throw new Error('planted');`));
  assert.equal(outcome.status, 'failed');
  const log = outcome.status === 'failed' ? outcome.log.join('\n') : '';
  assert.match(log, /so far/);
  assert.match(log, /Error: planted/);
  assert.equal(await ask(), 'two');
});

test('code that dies after it has served gives way to the code before it, and that is told', async () => {
  const dies = `server.on('request', ({ url }) => {
    if (url === '/die') setImmediate(() => { throw new Error('planted later'); });
  });`;
  assert.equal((await link.run(build('main-4.js', service('four', dies)))).status, 'serving');
  // The code before it may still be answering its last connections.
  await until(async () => {
    await ask('/die').catch(() => undefined);
    return died.length > 0;
  });
  await until(async () => (await ask()) === 'two');
  assert.equal(died[0]?.entry, 'main-4.js');
  assert.equal(died[0]?.instead, 'main-2.js');
  assert.match(died[0]?.log.join('\n') ?? '', /planted later/);
});

test('names that lead out of the folder are refused', async () => {
  const outcome = await link.run(build('../evil.js', service('evil')));
  assert.match(outcome.status === 'failed' ? outcome.reason : '', /is no name for a file of code/);
  assert.equal(await ask(), 'two');
});

test('what has had its day is removed; a container that starts again goes on with the code that was sent', async () => {
  for (const number of [5, 6, 7, 8]) await link.run(build(`main-${number}.js`, service(String(number))));
  const entries = readdirSync(code).filter((name) => name.startsWith('main-'));
  assert.deepEqual(entries.sort(), ['main-6.js', 'main-7.js', 'main-8.js']);

  runner.kill('SIGTERM');
  await once(runner, 'exit');
  await startRunner();
  assert.equal(await ask(), '8');
  assert.equal(link.serving(), 'main-8.js');
});
