import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { UserError } from '@slipway/util/errors';
import { hideSecret } from '@slipway/util/secret-mask';
import { openPageData, type PageData } from '../../src/page/data/page-data.ts';
import { createMcpServer } from '../../src/page/mcp/mcp-server.ts';
import { mcpProblem } from '../../src/page/mcp/load-mcp.ts';
import { fakeSource, requestLines } from './fake-source.ts';

const limit = { timeout: 60_000 };
const SECRET = 'marker-of-a-secret-0815';
const source = fakeSource({
  findings: [{ code: 'locked', severity: 'error', who: 'order-db', message: 'a lock', details: [SECRET] }],
});
let data: PageData;
before(async () => {
  hideSecret(SECRET);
  data = openPageData(source, { isReadOnly: false });
  for (const [service, line] of requestLines('r1', { status: 503, ms: 900 })) source.write(service, line);
  source.write('order', { msg: `it is ${SECRET}`, level: 'error' });
  while (data.logs.size < 4) await sleep(5);
});
after(() => data.close());

async function connect(canAct: boolean): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createMcpServer(data, { version: '1', canAct }).connect(ours);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(theirs);
  return client;
}
async function call(client: Client, name: string, args: Record<string, unknown> = {}) {
  const result = await client.callTool({ name, arguments: args });
  const [content] = result.content as { text: string }[];
  return { isError: result.isError === true, text: content?.text ?? '' };
}

test('at most twelve tools, none of which changes anything without --write', limit, async () => {
  const { tools } = await (await connect(false)).listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['status', 'map', 'deploys', 'diff', 'service', 'logs', 'requests', 'request', 'environment', 'runs'],
  );
  assert.ok(tools.every(({ annotations, description }) => annotations?.readOnlyHint === true && description));
  const withWrite = await (await connect(true)).listTools();
  assert.ok(withWrite.tools.length <= 12);
});

test('causes, requests, one request and lines are answered, without secrets', limit, async () => {
  const client = await connect(false);
  const answers = [
    await call(client, 'status'),
    await call(client, 'requests', { status: '5xx', minMs: 500 }),
    await call(client, 'request', { id: 'r1' }),
    await call(client, 'logs', { level: 'error' }),
    await call(client, 'environment', { service: 'order' }),
  ];
  const [status, requests, request, logs] = answers.map(({ text }) => JSON.parse(text) as unknown) as [
    { findings: { code: string }[] },
    { id: string }[],
    { parts: unknown[]; entries: unknown[] },
    { entries: unknown[] },
  ];
  assert.equal(status.findings[0]?.code, 'locked');
  assert.deepEqual(
    requests.map(({ id }) => id),
    ['r1'],
  );
  assert.deepEqual([request.parts.length, request.entries.length, logs.entries.length], [3, 3, 1]);
  for (const { text, isError } of answers) assert.ok(!isError && !text.includes(SECRET), text);
});

test('what is not there is an error that says so, as is what may not be done', limit, async () => {
  const client = await connect(false);
  const missing = await call(client, 'request', { id: 'none' });
  assert.deepEqual([missing.isError, /no line of request "none"/.test(missing.text)], [true, true]);
  assert.equal((await call(client, 'environment', { service: 'none' })).isError, true);
  const refused = await client.callTool({ name: 'act', arguments: { kind: 'stop', service: 'order' } }).then(
    ({ isError }) => isError === true,
    () => true,
  );
  assert.ok(refused);
  assert.deepEqual(source.acted, []);
});

test('with --write it acts, and only as it is told', limit, async () => {
  const client = await connect(true);
  for (const kind of ['drop', 'new-run'])
    assert.equal((await call(client, 'act', { kind, service: 'order' })).isError, true);
  for (const service of ['../x', '--help', '', 'Order', 'x'.repeat(41)]) {
    const refused = await call(client, 'act', { kind: 'stop', service });
    assert.deepEqual([refused.isError, /no name of a service/.test(refused.text)], [true, true], service);
  }
  assert.equal((await call(client, 'act', { kind: 'restart', service: 'order' })).isError, false);
  assert.deepEqual(source.acted, [{ kind: 'restart', service: 'order' }]);
});

test('without the SDK: which command installs it; any other error stays what it is', () => {
  const missing = Object.assign(
    new Error("Cannot find package '@modelcontextprotocol/sdk' imported from /ws/node_modules/slipway/src/x.ts"),
    { code: 'ERR_MODULE_NOT_FOUND' },
  );
  const problem = mcpProblem(missing);
  assert.ok(problem instanceof UserError);
  assert.match(problem.hint ?? '', /^npm install --save-dev @modelcontextprotocol\/sdk@\^1\./);
  const other = Object.assign(new Error("Cannot find package 'pg'"), { code: 'ERR_MODULE_NOT_FOUND' });
  assert.equal(mcpProblem(other), other);
});
