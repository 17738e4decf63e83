import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { evaluate, inspectorId, openSession } from '../../../src/dev/debug/inspector.ts';
import { openInspectorProxy } from '../../../src/dev/debug/inspector-proxy.ts';
import { localMaps, READ_MAPS } from '../../../src/dev/debug/source-maps.ts';
import { freePorts } from '../../../src/dev/local/free-ports.ts';
import { makeWorkspace, shopSpec } from '../../images/fixture-service.ts';
import { unpackService } from '../../support/unpack-service.ts';
import { attach } from './debugger-client.ts';

const TICK = 'apps/shop/src/tick.ts';
const { root, remove } = makeWorkspace({
  'apps/shop/package.json': '{"type":"module"}',
  'apps/shop/src/main.ts': "import { tick } from './tick.ts';\nlet count = 0;\nsetInterval(() => tick(++count), 20);\n",
  [TICK]:
    'type Count = number;\n\nexport function tick(count: Count): number {\n  return half(count) + 1;\n}\n\n' +
    'function half(count: Count): number {\n  return Math.max(count, 1) / 2;\n}\n',
});
const [port] = (await freePorts(1)) as [number];
let child: ChildProcess;

before(async () => {
  const image = join(root, 'image');
  await unpackService(root, shopSpec, image);
  // As the pod does: it runs elsewhere than where its sources are.
  child = spawn(process.execPath, [`--inspect=127.0.0.1:${port}`, 'main.js'], {
    cwd: join(image, 'apps/shop'),
    stdio: 'ignore',
  });
});
after(() => {
  child.kill('SIGKILL');
  remove();
});

const connect = async () => {
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

async function untilInspected(): Promise<string> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const id = await inspectorId(connect).catch(() => undefined);
    if (id !== undefined) return id;
  }
  return assert.fail('the process opens no inspector');
}

test('a debugger stops at the line of a TypeScript source of this machine, as often as it attaches', async () => {
  const id = await untilInspected();
  const session = await openSession(connect, id);
  const maps = localMaps(await evaluate(session, READ_MAPS), root, shopSpec.root);
  session.close();
  const proxy = await openInspectorProxy(connect, { port: 0, id, title: 'shop', maps });
  try {
    const [target] = (await (await fetch(`http://127.0.0.1:${proxy.port}/json/list`)).json()) as [
      { type: string; webSocketDebuggerUrl: string },
    ];
    assert.deepEqual([target.type, target.webSocketDebuggerUrl], ['node', proxy.url]);
    const source = pathToFileURL(join(root, TICK)).href;
    for (const line of [4, 8]) {
      const client = await attach(target.webSocketDebuggerUrl);
      await client.breakAt(source, line);
      const paused = await client.untilPaused();
      assert.deepEqual([paused.source, paused.line], [source, line]);
      assert.equal(await paused.evaluate('process.pid'), child.pid);
      client.close();
      await client.closed;
    }
  } finally {
    proxy.close();
  }
});

test('what is no target of the inspector is not found', async () => {
  const proxy = await openInspectorProxy(connect, { port: 0, id: 'none', title: 'shop', maps: new Map() });
  try {
    assert.equal((await fetch(`http://127.0.0.1:${proxy.port}/other`)).status, 404);
    const client = new WebSocket(proxy.url);
    const [{ code }] = (await once(client, 'close')) as [CloseEvent];
    assert.ok(code >= 1006, String(code));
  } finally {
    proxy.close();
  }
});
