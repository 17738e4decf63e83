import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import type { Environment } from '../../../src/services/resolve-environments.ts';
import { mergeEnvFile } from '../../../src/dev/local/merge-env-file.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;

function merge(text: string, values: Environment, header = '# header'): string {
  const merged = mergeEnvFile(text, values, header);
  assert.ok('text' in merged, JSON.stringify(merged));
  return merged.text;
}

/** Values that trip up readers of env files. */
const AWKWARD: Environment = {
  URL: 'postgres://a:b@127.0.0.1:1/x',
  KEYS: '{"keys":[{"kty":"EC#1"}]}',
  QUOTE: `it's`,
  BOTH: `it's "x"`,
  ALL_QUOTES: 'a\'b"c`d',
  PEM: pem,
  PEM_QUOTED: `"${pem}"`,
  EQUALS: '==a=b=',
  HASH: 'a # b#c',
  DOLLAR: '$HOME ${HOME} $(id) $& $1',
  BACKSLASHES: 'C:\\new\\table \\n \\\\',
  SPACES: '  around  ',
  TABS: '\ttab\t',
  LINES: '\n\nfirst\nKEY=inside\n#no comment\n',
  EMPTY: '',
  LONG: 'x'.repeat(100_000),
  UNICODE: 'naïve 🔑 \u2028 \ufeff',
};

test('any value survives in a new file, and each beside each other', () => {
  const text = merge('', AWKWARD);
  assert.deepEqual({ ...parseEnv(text) }, AWKWARD);
  assert.match(text, /^# header\n/);
  assert.match(text, /^URL=postgres/m, 'bare where every reader agrees');
  for (const [key, value] of Object.entries(AWKWARD))
    assert.equal(parseEnv(merge('', { [key]: value }))[key], value, key);
});

test('lines that are there stay byte for byte, missing ones are added at the end', () => {
  const own = '# mine\nexport LOG_LEVEL = debug # loud\n\nKEY="kept"';
  assert.equal(merge(own, { KEY: 'kept', NEW: '1' }), `${own}\nNEW=1\n`);
  assert.equal(merge('A=1', { A: '1' }), 'A=1');
});

test('only a value that became another one is replaced, however many lines it has', () => {
  assert.equal(merge('A=1\nKEY=old\nB=2\n', { KEY: '$&$1' }), "A=1\nKEY='$&$1'\nB=2\n");
  const several = `# mine\nA=1\n  export KEY = "${pem}"\n# more\nB=2\n`;
  assert.equal(merge(several, { KEY: 'new' }), '# mine\nA=1\nKEY=new\n# more\nB=2\n');
  const lines = `A='\nKEY=inside of A\n'\nKEY=old\n`;
  assert.equal(merge(lines, { KEY: 'new' }), `A='\nKEY=inside of A\n'\nKEY=new\n`);
  for (const [key, value] of Object.entries(AWKWARD)) {
    const text = merge(merge('', AWKWARD), { [key]: 'another' });
    assert.deepEqual({ ...parseEnv(text) }, { ...AWKWARD, [key]: 'another' }, key);
    assert.deepEqual({ ...parseEnv(merge(text, { [key]: value })) }, AWKWARD, key);
  }
});

test('of an entry that is there twice the last counts, as for Node', () => {
  const text = merge('KEY=first\nA=1\nKEY=second\n', { KEY: 'new' });
  assert.equal(text, 'KEY=first\nA=1\nKEY=new\n');
});

test('a value that no quotes hold is named by its key alone, and nothing is written', () => {
  for (const value of ['a\rb', `#'"\``, `'"\`\n`])
    assert.deepEqual(mergeEnvFile('A=1\n', { KEY: value, OTHER: 'fine' }, ''), { unwritable: ['KEY'] });
});

test('a file with the line ends of Windows keeps what it says', () => {
  const text = merge('A=1\r\nKEY=old\r\nB=2\r\n', { KEY: 'new' });
  assert.deepEqual({ ...parseEnv(text) }, { A: '1', KEY: 'new', B: '2' });
});
