import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, beforeEach, test } from 'node:test';
import { fileLogSource } from '../../../src/operate/logs/file-log-source.ts';
import { type LogOptions, printLogs } from '../../../src/operate/logs/print-logs.ts';

let root: string;
let out: string[];
let notes: string[];
let printed = Promise.withResolvers<void>();
const folder = () => join(root, '.slipway/logs');
const line = (time: string, service: string, more: object = {}) =>
  `${JSON.stringify({ level: 'info', time: `2026-01-02T03:04:${time}Z`, service, ...more })}\n`;
const read = (options: Partial<LogOptions>, signal = new AbortController().signal) =>
  printLogs(fileLogSource(root), { previous: false, follow: false, json: false, ...options }, signal, {
    stdout,
    stderr,
  });
const stdout = new Writable({
  write(chunk: Buffer, _encoding, done) {
    out.push(chunk.toString().trimEnd());
    printed.resolve();
    printed = Promise.withResolvers();
    done();
  },
});
const stderr = new Writable({
  write(chunk: Buffer, _encoding, done) {
    notes.push(chunk.toString().trimEnd());
    done();
  },
});
const messages = () => out.map((text) => (JSON.parse(text) as { msg: string }).msg);

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
  await mkdir(folder(), { recursive: true });
});
beforeEach(async () => {
  out = [];
  notes = [];
  await writeFile(
    join(folder(), 'gateway.log'),
    line('05.400', 'gateway', { requestId: 'r1', msg: 'third' }) + line('09.000', 'gateway', { requestId: 'r2' }),
  );
  await writeFile(
    join(folder(), 'order.log'),
    `${line('05.100', 'order', { requestId: 'r1', orderId: 'o1', msg: 'first' })}    at r1 (plain)\n`,
  );
  await writeFile(join(folder(), 'order.previous.log'), line('01.000', 'order', { requestId: 'r1', msg: 'before' }));
});
after(async () => {
  await rm(root, { recursive: true });
});

test("one request's lines of all services come in time order; plain lines stay behind the line before them", async () => {
  assert.equal(await read({ request: 'r1', json: true }), true);
  assert.deepEqual(messages(), ['first', '    at r1 (plain)', 'third']);
  assert.deepEqual(JSON.parse(out[1]!), {
    pod: 'order',
    time: '2026-01-02T03:04:05.100Z',
    service: 'order',
    msg: '    at r1 (plain)',
  });
});

test('for people: who, when, and not the id that they asked for', async () => {
  await read({ request: 'r1', service: ['gateway'] });
  assert.equal(out.length, 1);
  assert.match(out[0]!, /^gateway \d\d:\d\d:05\.400 info {2}third$/);
});

test('an order brings the lines of its request along, those of other services too', async () => {
  await read({ order: 'o1', json: true });
  assert.deepEqual(messages(), ['first', 'third']);
});

test('--previous reads the run before as well', async () => {
  await read({ request: 'r1', previous: true, json: true });
  assert.equal(messages()[0], 'before');
});

test('an id that no line has is a failure, and says where it was looked for and how to look further', async () => {
  assert.equal(await read({ request: 'r1', since: '5m' }), false);
  assert.match(notes.join('\n'), /no such line in the last 5m.*\.slipway\/logs\/gateway\.log/);
  assert.match(notes.join('\n'), /--since 1h/);
  assert.equal(await read({ since: '5m' }), true);
});

test('following goes on with what is added, with new files, and with one that takes the place of another', async () => {
  const abort = new AbortController();
  const end = read({ request: 'r9', follow: true, json: true }, abort.signal);
  const add = async (name: string, text: string) => {
    const next = printed.promise;
    await appendFile(join(folder(), `${name}.log`), text);
    await next;
  };
  await add('order', line('10.000', 'order', { requestId: 'r9', msg: 'added' }));
  await add('user', line('11.000', 'user', { requestId: 'r9', msg: 'new file' }));
  await rename(join(folder(), 'order.log'), join(folder(), 'order.previous.log'));
  await add('order', line('12.000', 'order', { requestId: 'r9', msg: 'next run' }));
  abort.abort();
  assert.equal(await end, true);
  assert.deepEqual(messages(), ['added', 'new file', 'next run']);
});
