import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAnswerHead } from '../src/proxy/http1/answer-head.ts';

const parse = (lines: string[], method = 'GET') => parseAnswerHead(lines.join('\r\n'), method);
const framingOf = (lines: string[], method?: string) => parse(['HTTP/1.1 200 OK', ...lines], method).framing;

test('status, headers and framing of an answer', () => {
  const head = parse(['HTTP/1.1 201 Created', 'Content-Type: application/json', 'X-Empty:', 'Content-Length:  12 ']);
  assert.deepEqual(head, {
    status: 201,
    headers: { 'content-type': 'application/json', 'x-empty': '', 'content-length': '12' },
    framing: { kind: 'length', length: 12 },
    isKept: true,
  });
  assert.equal(parse(['HTTP/1.1 200']).status, 200);
});

test('how the end of a body is known', () => {
  assert.deepEqual(framingOf([]), { kind: 'until-close' });
  assert.deepEqual(framingOf(['Transfer-Encoding: Chunked']), { kind: 'chunked' });
  assert.deepEqual(framingOf(['Content-Length: 0']), { kind: 'none' });
  assert.deepEqual(framingOf(['Content-Length: 12'], 'HEAD'), { kind: 'none' });
  assert.deepEqual(parse(['HTTP/1.1 204 No Content']).framing, { kind: 'none' });
  assert.deepEqual(parse(['HTTP/1.1 304 Not Modified', 'content-length: 5']).framing, { kind: 'none' });
});

test('when the connection is not used again', () => {
  assert.equal(parse(['HTTP/1.1 200 OK', 'content-length: 1', 'Connection: x, Close']).isKept, false);
  assert.equal(parse(['HTTP/1.0 200 OK', 'content-length: 1']).isKept, false);
  assert.equal(parse(['HTTP/1.1 200 OK']).isKept, false);
  assert.equal(parse(['HTTP/1.1 200 OK', 'content-length: 1', 'connection: keep-alive']).isKept, true);
});

test('what two readers could read differently is refused', () => {
  const bad = [
    ['Content-Length: 1', 'Content-Length: 1'],
    ['Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: gzip, chunked'],
    ['Transfer-Encoding: xchunked'],
    ['Content-Length: +1'],
    ['Content-Length: 1, 1'],
    ['Content-Length: 0x10'],
    ['Content-Length : 1'],
    ['Content-Length'],
    [': 1'],
    ['a: b', ' folded'],
    ['a: b\nContent-Length: 1'],
    ['a: b\rc'],
    ['a: \0'],
  ];
  for (const lines of bad) assert.throws(() => framingOf(lines), Error, lines.join(' | '));
  for (const line of ['HTTP/2 200 OK', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK', 'HTTP/1.1  200', 'ICY 200 OK', '']) {
    assert.throws(() => parse([line]), Error, line);
  }
});
