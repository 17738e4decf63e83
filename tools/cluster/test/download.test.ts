import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const dir = mkdtempSync(join(tmpdir(), 'download-'));
// Read once when the module is loaded, so it must be set before.
process.env.SLIPWAY_CACHE = dir;
const { download } = await import('../src/packages/binaries/download.ts');

const program = Buffer.from('#!/bin/sh\necho hi\n');
const checksum = createHash('sha256').update(program).digest('hex');
const answers: Record<string, Buffer | string> = {
  '/kubectl': program,
  '/kubectl.sha256': checksum,
  '/named.sha256': `${checksum}  kind-linux-amd64\n`,
  '/wrong.sha256': '0'.repeat(64),
  '/empty.sha256': 'not found',
};
const server = createServer((request, response) => {
  const answer = answers[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200).end(answer);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

const wanted = (checksumName: string, destination: string) => ({
  url: `${base}/kubectl`,
  checksumUrl: `${base}/${checksumName}`,
  destination: join(dir, 'tools', destination),
});

test('a program with the right checksum is kept and executable', async () => {
  for (const name of ['kubectl.sha256', 'named.sha256']) {
    await download(wanted(name, name));
    const file = join(dir, 'tools', name);
    assert.ok(readFileSync(file).equals(program));
    assert.equal(statSync(file).mode & 0o777, 0o755);
  }
});

test('a program with another checksum, or without one, is not kept', async () => {
  for (const [name, message] of [
    ['wrong.sha256', /not used/],
    ['empty.sha256', /contains no SHA-256/],
    ['absent.sha256', /answers 404/],
  ] as const) {
    await assert.rejects(download(wanted(name, 'bad')), message);
    assert.equal(existsSync(join(dir, 'tools', 'bad')), false);
  }
});
