import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { describeProblem, type MigrationProblem, readMigrations } from '@slipway/migrations';

export type Content = string | Buffer | { link: string } | 'folder';

/** A migrations folder for the length of a test. */
export function makeFolder(t: TestContext, files: Record<string, Content>) {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    if (content === 'folder') mkdirSync(path);
    else if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
    else symlinkSync(content.link, path);
  }
  return {
    folder,
    read: () => readMigrations(folder),
    rename: (from: string, to: string) => renameSync(join(folder, from), join(folder, to)),
    /** What is printed of a problem. */
    describe: (problem: MigrationProblem) => describeProblem(problem, { reset: 'RESET', folder }),
  };
}
