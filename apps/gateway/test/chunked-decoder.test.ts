import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkedDecoder } from '../src/proxy/http1/chunked-decoder.ts';

/** Feeds `text` in pieces of `size` bytes; what came out, and what was left over. */
function decode(text: string, size: number): { body: string; rest: string; isDone: boolean } {
  const decoder = new ChunkedDecoder();
  const bytes = Buffer.from(text, 'latin1');
  let body = '';
  let at = 0;
  while (at < bytes.length && !decoder.isDone) {
    const end = Math.min(bytes.length, at + size);
    at = decoder.read(bytes, at, end, (from, to) => {
      body += bytes.toString('latin1', from, to);
    });
    assert.ok(decoder.isDone || at === end);
  }
  return { body, rest: bytes.toString('latin1', at), isDone: decoder.isDone };
}

test('a body comes out whole however the reads cut it', () => {
  const text = '4;name="x"\r\nWiki\r\n6 \r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\n';
  for (let size = 1; size <= text.length + 1; size++) {
    assert.deepEqual(decode(text, size), { body: 'Wikipedia in \r\n\r\nchunks.', rest: '', isDone: true }, `${size}`);
  }
});

test('what follows the end is left alone', () => {
  assert.deepEqual(decode('1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK', 100), {
    body: 'a',
    rest: 'HTTP/1.1 200 OK',
    isDone: true,
  });
  assert.equal(decode('5\r\nab', 100).isDone, false);
});

test('malformed chunks are refused', () => {
  const bad = [
    'x\r\n',
    '-1\r\n',
    '0x1\r\na\r\n',
    '1\na\r\n',
    '\r\n',
    '1\r\nab\r\n',
    '123456789\r\n',
    '1;\0\r\na\r\n',
    `1;${'x'.repeat(5000)}`,
  ];
  for (const text of bad)
    for (const size of [1, 100, 10_000]) assert.throws(() => decode(text, size), Error, text.slice(0, 20));
});
