import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addedTelemetry } from '../../../src/dev/local/added-telemetry.ts';
import { openLocalPage } from '../../../src/page/open-local-page.ts';

const ours = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
const theirs = 'https://collector.example';

const cases: [what: string, environment: Record<string, string>, inherited: NodeJS.ProcessEnv, isAdded: boolean][] = [
  ['nobody names a collector', {}, { OTEL_EXPORTER_OTLP_HEADERS: 'key=1' }, true],
  ['the service declares that it has none', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, {}, true],
  ['its .env names one', { OTEL_EXPORTER_OTLP_ENDPOINT: theirs }, {}, false],
  ['its .env names one for spans', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: theirs }, {}, false],
  ['the shell names one', {}, { OTEL_EXPORTER_OTLP_ENDPOINT: theirs }, false],
  [
    'the shell names one for spans',
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: theirs },
    false,
  ],
  [
    'the shell’s is switched off by .env',
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: theirs },
    true,
  ],
];
for (const [what, environment, inherited, isAdded] of cases)
  test(`${what}: the page ${isAdded ? 'gets' : 'does not get'} the spans`, () =>
    assert.deepEqual(addedTelemetry(ours, environment, inherited), isAdded ? ours : {}));

test('the credentials go with spans alone, to the page alone', async (t) => {
  const page = await openLocalPage();
  t.after(() => page.close());
  const { origin } = new URL(page.link);
  const holders = Object.keys(page.environment).filter((key) => /Bearer/.test(page.environment[key] ?? ''));
  assert.deepEqual(holders, ['OTEL_EXPORTER_OTLP_TRACES_HEADERS']);
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url = '', OTEL_EXPORTER_OTLP_TRACES_HEADERS: headers = '' } =
    page.environment;
  assert.equal(url, `${origin}/v1/traces`);
  const [name = '', value = ''] = headers.split('=');
  const send = (authorization: string) => fetch(url, { method: 'POST', headers: { authorization } });
  assert.equal((await send('Bearer wrong')).status, 401);
  // It has no stack to show yet, and has asked who it is.
  assert.equal(name, 'authorization');
  assert.equal((await send(decodeURIComponent(value))).status, 503);
});
