import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { renderOverlay } from '../../src/manifests/overlay/render-overlay.ts';
import { yamlText } from '../../src/manifests/overlay/yaml-text.ts';

const WORDS =
  'y Y yes Yes n no NO on On off OFF true TRUE false null NULL Null ~ .inf -.Inf +.INF .nan .NaN inf NaN << = -';
const NUMBERS =
  '1e3 0o777 0X1F .5e3 12:30 1_000 2024-01-01 0b11 +1 -0o7 0x1_F 0O17 0B11 1e+3 0640 08 1. 1.e5 0x 12e03 190:20:30 6.02E23 0.0.0.0 - -1';
const TEXTS = [
  ...['', ' padded ', 'tab\there', '\ttab first', 'a\nb\n', '\n\nlate', '  indented\nrest\n', 'a \nb', 'cr\r\nlf'],
  ...[
    '2024-01-01 10:00:00 +02:00',
    '2024-01-01T10:00:00Z',
    '$HOME ${X} $(Y) `z`',
    '- not: a list # nor comment',
    '!!str x',
  ],
  ...[
    '%TAG',
    `'single' "double"`,
    '\ufeffbom',
    'ünïcödé 🚀 \u2028 x',
    '---',
    '...',
    '? a',
    '&a',
    '*a',
    '{}',
    '[]',
    '@x',
  ],
];
/** Whatever looks like a number to somebody. */
function* soup(): Generator<string> {
  const alphabet = '0123456789+-._:eExXoObBaAfFtTzZ ,nNyY~<=';
  for (let seed = 7, made = 0; made < 3000; made++) {
    let text = '';
    for (let length = 1 + (made % 8); length > 0; length--) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      text += alphabet[seed % alphabet.length];
    }
    yield text;
  }
}

const values = [...WORDS.split(' '), ...NUMBERS.split(' '), ...TEXTS, ...soup()];
const data = Object.fromEntries(values.map((value, index) => [`key${index}`, value]));
const text = yamlText({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data });

const READERS: [name: string, read: (text: string) => unknown][] = [
  ['js-yaml', load],
  ['yaml in version 1.1', (text) => parse(text, { version: '1.1' })],
  ['yaml in version 1.2', (text) => parse(text)],
];
for (const [name, read] of READERS) {
  test(`strings are strings to ${name}`, () => assert.deepEqual((read(text) as { data: unknown }).data, data));
}

test('strings are strings behind kustomize, and again in what it writes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-yaml-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'object.yaml'), text);
  writeFileSync(join(folder, 'kustomization.yaml'), yamlText({ resources: ['object.yaml'] }));
  const [object] = await renderOverlay(folder, '.');
  assert.deepEqual(object!.data, data);
});

test('keys are strings too, and numbers stay numbers', () => {
  const object = { on: 1, '0o17': true, '12': 1.5 };
  for (const [, read] of READERS) assert.deepEqual(read(yamlText(object)), object);
});
