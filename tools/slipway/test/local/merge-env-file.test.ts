import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { mergeEnvFile } from '../../src/local/merge-env-file.ts';

test('a new file begins with the header and holds what every reader parses alike', () => {
  const values = {
    URL: 'postgres://a:b@127.0.0.1:1/x',
    KEYS: '{"keys":[{"kty":"EC#1"}]}',
    QUOTE: `it's`,
    BOTH: `it's "x"`,
  };
  const text = mergeEnvFile('', values, '# header');
  assert.deepEqual(parseEnv(text), values);
  assert.match(text, /^# header\n/);
  assert.match(text, /^KEYS='\{/m);
});

test('lines that are there stay byte for byte, missing ones are added at the end', () => {
  const own = '# mine\nexport LOG_LEVEL = debug # loud\n\nKEY="kept"';
  assert.equal(mergeEnvFile(own, { KEY: 'kept', NEW: '1' }, '# header'), `${own}\nNEW=1\n`);
});

test('only a value that became another one is replaced, as it is', () => {
  assert.equal(mergeEnvFile('A=1\nKEY=old\nB=2\n', { KEY: '$&$1' }, ''), "A=1\nKEY='$&$1'\nB=2\n");
});

test('nothing to add leaves the text alone', () => {
  assert.equal(mergeEnvFile('A=1', { A: '1' }, '# header'), 'A=1');
});
