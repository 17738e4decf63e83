import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainError } from '@slipway/util/errors';
import { backup } from '../../../src/operate/database/backup.ts';
import { fakeKubectl } from '../../support/fake-kubectl.ts';
import { fakeStack } from '../../support/fake-stack.ts';
import { smallDisk } from '../../support/small-disk.ts';

const disk = smallDisk();

/** Backs up a database whose dump has so many bytes. */
async function run(to: string, bytes: number): Promise<string[]> {
  const { session, settings } = await fakeStack();
  const kubectl = fakeKubectl([
    { asked: 'pg_dump', answer: 'x'.repeat(bytes) },
    { asked: 'oid = 10', answer: 'alpha\n' },
    { asked: 'pg_database_size', answer: '7500000\n' },
  ]);
  const { report } = session();
  try {
    await backup(settings, 'alpha', { to, context: 'kind-fake' }, report);
  } finally {
    kubectl.restore();
  }
  return report.lines;
}

test('a backup appears when it is complete', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-backup-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const to = join(folder, 'alpha.dump');
  assert.equal((await run(to, 5_000)).at(-1), `alpha ready ${to}, 5 KB`);
  assert.equal(readFileSync(to).length, 5_000);
  assert.deepEqual(readdirSync(folder), ['alpha.dump']);
});

test(
  'a full disk is named, with what the backup needs; nothing is left behind',
  { skip: disk === undefined && 'no disk can be mounted here' },
  async () => {
    await assert.rejects(run(join(disk!, 'alpha.dump'), 1_000_000), (error) => {
      const told = explainError(error);
      assert.ok(
        told.includes(`/alpha.dump: there is no space left on the disk of ${disk} (ENOSPC): it needs up to 7.5 MB, `),
        told,
      );
      assert.match(told, /→ free space on that disk \(df -h\), or name a file on another one: --to/);
      return true;
    });
    assert.deepEqual(readdirSync(disk!), []);
  },
);
