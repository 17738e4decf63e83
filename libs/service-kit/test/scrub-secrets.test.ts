import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@shop/service-kit';

function capture() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ service: 'test', level: 'info', destination }) };
}

const secret = 'Kr7-"q\\u0000 \\ üx9';
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

test('what is named like a secret is not written, whatever its value is and however deep it stands', () => {
  const names = [
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'password',
    'passwordHash',
    'accessToken',
    'refresh_token',
    'clientSecret',
    'USER_KEY',
    'SIGNING_KEYS',
    'x-service-key',
    'apiKey',
    'DATABASE_URL',
    'credentials',
  ];
  for (const name of names) {
    for (const value of [secret, [secret, 'b'], { inner: secret }, 123_456_789]) {
      const { logger, lines } = capture();
      logger.info({ [name]: value, kept: 'a', deep: { deeper: [{ [name]: value }] } }, 'text');
      logger.info({ kept: 'a' }, JSON.stringify({ [name]: 'plainSecret' }));
      for (const line of lines) {
        assert.equal((JSON.parse(line) as { kept: string }).kept, 'a', line);
        assert.doesNotMatch(line, /Kr7|plainSecret|123456789/, name);
        assert.match(line, /redacted/, name);
      }
    }
  }
});

test('credentials inside texts are not written, in messages, errors and the causes of their causes', () => {
  const texts: [text: string, secret: string][] = [
    ['connect postgres://order:s3cr3t@order-db:5432/order failed', 's3cr3t'],
    ['authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    [`the token ${jwt} has expired`, jwt],
    ['cookie: session=abc123; theme=dark', 'abc123'],
    ['password=hunter22&user=x', 'hunter22'],
    ['USER_KEY=0123456789abcdef', '0123456789abcdef'],
    ['-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBM\n-----END PRIVATE KEY-----', 'MIGHAgEAMBM'],
    ['{"kty":"EC","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}', 'jpsQnnGQmL'],
    ['Key (lower(email))=(jane.doe@example.com) already exists', 'jane.doe'],
    ['nobody is called jane.doe@localhost here', 'jane.doe'],
    ["first line\njane.o'doe@bücher.example", 'doe@'],
    ['<用户@例え.テスト>', '用户'],
    ['from=jane.doe@हिन्दी.भारत,next', 'jane.doe'],
    ['\u001b[31mjane.doe@example.com\u001b[0m', 'jane.doe'],
  ];
  for (const [text, hidden] of texts) {
    const { logger, lines } = capture();
    logger.info({}, text);
    logger.error({ err: new Error(text) }, 'failed');
    logger.error(new Error('outer', { cause: new Error('middle', { cause: new Error(text) }) }));
    logger.error({ err: Object.assign(new Error('with fields'), { detail: text, config: { headers: [text] } }) });
    assert.equal(lines.length, 4);
    for (const line of lines) {
      assert.ok(!line.includes(hidden), line);
      JSON.parse(line);
    }
  }
});

test('bytes of an error are not written, as numbers neither', () => {
  const { logger, lines } = capture();
  logger.error({ err: Object.assign(new Error('refused'), { code: 'E', rawPacket: Buffer.from('GET /jane@x') }) }, 'x');
  const { err } = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> };
  assert.deepEqual(Object.keys(err).sort(), ['code', 'message', 'stack', 'type']);
});

test('a word without an end is read once, not once from each of its characters', () => {
  const { logger, lines } = capture();
  const started = performance.now();
  logger.info({}, 'x'.repeat(200_000));
  assert.equal(lines.length, 1);
  // Milliseconds; a generous limit: the square of its length is minutes.
  assert.ok(performance.now() - started < 10_000);
});

test('what is no secret stays as it is', () => {
  const { logger, lines } = capture();
  const fields = {
    requestId: 'r-1',
    route: '/api/v1/orders/:id',
    url: 'http://product/internal/v1/reservations',
    stack: 'at file:///srv/node_modules/@fastify/x/index.js:3:5',
    status: 200,
    waitedMs: { database: 1.5 },
  };
  logger.info(fields, 'a user signed in; the monkey is fine');
  const { level: _, time: __, service: ___, msg, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.deepEqual(rest, fields);
  assert.equal(msg, 'a user signed in; the monkey is fine');
});
