import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseEnv } from 'node:util';
import type { KeySource, ServiceSpec } from '../../../src/services/service-spec.ts';
import { ValidationError } from '../../../src/util/problems/validation-error.ts';
import { readLocalSecrets, writeLocalSecrets } from '../../../src/dev/local/local-secrets.ts';
import { planServices } from '../../../src/dev/local/plan-services.ts';

const key = (name: string, source: KeySource, secret = true) => ({ name, description: '', secret, source });
const serviceSpecs: ServiceSpec[] = [
  {
    name: 'back',
    root: 'apps/back',
    configFile: 'apps/back/src/config.ts',
    calls: [],
    hasDatabase: true,
    keys: [
      key('DATABASE_URL', { kind: 'postgres-url' }),
      key('FRONT_KEY', { kind: 'accepted-key', service: 'front' }),
      key('PEM', { kind: 'plain', dev: 'none' }),
    ],
  },
  {
    name: 'front',
    root: 'apps/front',
    configFile: 'apps/front/src/config.ts',
    calls: ['back'],
    hasDatabase: false,
    keys: [key('BACK_KEY', { kind: 'shared-key', service: 'back' })],
  },
];

function workspace(t: TestContext, files: Record<string, string | Buffer> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'slipway-local-'));
  t.after(() => rmSync(root, { recursive: true }));
  for (const folder of ['apps/back', 'apps/front']) mkdirSync(join(root, folder), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o644 });
  }
  return root;
}
/** What a start does with the secrets. */
async function start(root: string): Promise<void> {
  const known = await readLocalSecrets(root, serviceSpecs);
  await writeLocalSecrets(root, serviceSpecs, planServices(serviceSpecs, known, root).environments);
}
const envOf = (root: string, path: string) => parseEnv(readFileSync(join(root, path), 'utf8'));
const faultsOf = (work: Promise<void>) =>
  work.then(
    () => assert.fail('nothing is refused'),
    (error: unknown) => {
      assert.ok(error instanceof ValidationError, String(error));
      return error.problems;
    },
  );
const COPY = '.slipway/local/back/secrets.env';

test('values of several lines survive every start, and go from one end of an edge to the other', async (t) => {
  const awkward = 'marker line 1\n"line 2" $HOME # no comment\n';
  const root = workspace(t, { 'apps/front/.env': `BACK_KEY='${awkward}'\n`, 'apps/back/.env': `PEM="a\nb\n"\n` });
  for (let run = 0; run < 3; run++) {
    await start(root);
    assert.equal(envOf(root, 'apps/front/.env').BACK_KEY, awkward);
    for (const path of ['apps/back/.env', COPY]) {
      assert.equal(envOf(root, path).FRONT_KEY, awkward);
      assert.equal(envOf(root, path).PEM, 'a\nb\n');
    }
  }
});

test('every file with secrets is for its owner alone from then on, also one that nothing is added to', async (t) => {
  const root = workspace(t);
  await start(root);
  const files = ['apps/back/.env', 'apps/front/.env', COPY];
  const texts = files.map((path) => readFileSync(join(root, path), 'utf8'));
  const open = workspace(t, Object.fromEntries(files.map((path, index) => [path, texts[index]!])));
  await start(open);
  files.forEach((path, index) => {
    assert.equal(lstatSync(join(open, path)).mode & 0o777, 0o600, path);
    assert.equal(readFileSync(join(open, path), 'utf8'), texts[index]);
  });
});

test('what no process could get is named with file, line and key, and nothing is written', async (t) => {
  const values: [string | Buffer, RegExp][] = [
    ['PEM=marker\0value\n', /NUL/],
    [`PEM='${'marker'.repeat(30_000)}'\n`, /180000 bytes/],
    [Buffer.concat([Buffer.from('PEM=marker'), Buffer.from([0xfc, 0x0a])]), /UTF-8/],
  ];
  for (const [text, message] of values) {
    const root = workspace(t, { 'apps/back/.env': Buffer.concat([Buffer.from('# mine\n'), Buffer.from(text)]) });
    const [problem, ...rest] = await faultsOf(start(root));
    assert.deepEqual(rest, []);
    assert.equal(problem!.file, 'apps/back/.env');
    assert.match(problem!.message, message);
    assert.doesNotMatch(JSON.stringify(problem), /marker/);
    if (typeof text === 'string') assert.deepEqual([problem!.key, problem!.line], ['PEM', 2]);
    assert.throws(() => lstatSync(join(root, 'apps/front/.env')), { code: 'ENOENT' });
  }
});

test('no secret is written through a link; one that has every value is left as it is', async (t) => {
  const root = workspace(t, { 'elsewhere/env': '# shared\n' });
  symlinkSync('../../elsewhere/env', join(root, 'apps/back/.env'));
  const [problem] = await faultsOf(start(root));
  assert.equal(problem!.file, 'apps/back/.env');
  assert.match(problem!.message, /symbolic link/);
  assert.equal(readFileSync(join(root, 'elsewhere/env'), 'utf8'), '# shared\n');

  rmSync(join(root, 'apps/back/.env'));
  await start(root);
  writeFileSync(join(root, 'elsewhere/env'), readFileSync(join(root, 'apps/back/.env')));
  rmSync(join(root, 'apps/back/.env'));
  symlinkSync('../../elsewhere/env', join(root, 'apps/back/.env'));
  await start(root);
  assert.ok(lstatSync(join(root, 'apps/back/.env')).isSymbolicLink());
});
