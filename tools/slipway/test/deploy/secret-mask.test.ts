import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { makeEdgeKey, makeKeyPair, makePassword } from '../../src/services/make-secret.ts';
import { explainFailure } from '../../src/nx/executors/shared/explain-failure.ts';
import { chooseReporter } from '../../src/deploy/report/choose-reporter.ts';
import { hideSecret, hideValue, masked } from '@slipway/util/secret-mask';

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a hidden value is in no text: whole, a line, an element, encoded, or the password of a URL', () => {
  const values = ['plain-text-by-hand "quoted" $HOME\\n', 'first-of-two,second-of-two', 'p%40ssw0rd/of/url'];
  const url = `postgres://order:${encodeURIComponent('p@ssw0rd of a url')}@order-db:5432/order`;
  for (const value of [...values, pem, url]) hideSecret(value);
  const leaks = [
    ...values,
    pem,
    pem.split('\n')[1]!,
    url,
    'p@ssw0rd of a url',
    'second-of-two',
    base64(values[0]!),
    base64(pem),
    JSON.stringify({ value: values[0] }),
    JSON.stringify({ data: base64(pem) }),
    encodeURIComponent(values[0]!),
  ];
  const bodies = [values[0]!, 'first-of-two', 'second-of-two', pem.split('\n')[1]!, 'p@ssw0rd', 'p%40ssw0rd'];
  const needles = bodies.flatMap((body) => [body, JSON.stringify(body).slice(1, -1), encodeURIComponent(body)]);
  for (const leak of leaks) {
    const text = masked(`before ${leak} after`);
    assert.match(text, /^before .*\(secret\)[^]* after$/);
    for (const needle of needles) assert.ok(!text.includes(needle), 'the value is still there');
  }
});

test('what slipway generates is hidden from its first moment', () => {
  const keys = makeKeyPair('ES256');
  const { d, kid } = (JSON.parse(keys) as { keys: { d: string; kid: string }[] }).keys[0]!;
  assert.equal(masked(`${makePassword(24)} ${makeEdgeKey()} ${d} ${keys}`), '(secret) (secret) (secret) (secret)');
  assert.equal(masked(kid), kid, 'what names a key is no secret');
});

test('bytes that are no text are hidden in base64, short values and names are left alone', () => {
  const bytes = Buffer.from([0xff, 0, 0xfe, ...Buffer.from('binary'), 0x80, 0x81]);
  hideSecret(bytes);
  assert.equal(masked(bytes.toString('base64')), '(secret)');
  hideSecret('short');
  hideValue('POSTGRES_USER', 'inventory_a');
  assert.equal(masked('short inventory_a'), 'short inventory_a');
});

test('neither a report nor a failure shows one', (t) => {
  const value = 'marker-of-a-report';
  hideSecret(value);
  const printed: string[] = [];
  t.mock.method(process.stdout, 'write', (text: string) => printed.push(text) > 0);
  t.mock.method(console, 'error', (text: unknown) => printed.push(String(text)));
  t.mock.method(console, 'log', (text: unknown) => printed.push(String(text)));
  for (const json of [true, false]) {
    const report = chooseReporter({ json });
    report.event('order', 'apply', `it holds ${value}`);
    report.block('order', 'FAILED', `line\n  ${value}`);
    explainFailure(Object.assign(new Error(`refused: ${value}`), { input: value }), { json });
  }
  process.env.SLIPWAY_DEBUG = 'yes';
  t.after(() => delete process.env.SLIPWAY_DEBUG);
  explainFailure(Object.assign(new Error('refused'), { input: value }), {});
  t.mock.restoreAll();
  assert.equal(printed.length, 7);
  for (const text of printed) {
    assert.ok(!text.includes(value), 'the value is printed');
    assert.match(text, /\(secret\)/);
  }
});
