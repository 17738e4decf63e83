import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A fake docker command in front of the PATH. */
export function dockerScript(t: TestContext, root: string, script: string): void {
  const { PATH } = process.env;
  mkdirSync(join(root, 'bin'));
  writeFileSync(join(root, 'bin', 'docker'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin', 'docker'), 0o755);
  process.env.PATH = `${join(root, 'bin')}:${PATH}`;
  t.after(() => (process.env.PATH = PATH));
}
