import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackagesTask, type Tree } from '@nx/devkit';
import { ASSEMBLED, assemble } from '../../manifests/assemble.ts';
import { readSettings } from '../../util/workspace/settings.ts';
import { writeFiles } from '../../util/files/write-files.ts';

/** The lockfile and what is made from the services' files, after a package has come or gone. */
export async function afterGeneration(tree: Tree): Promise<void> {
  // The service's place in package-lock.json: with a wrong one `npm ci` refuses.
  const lockfile = join(tree.root, 'package-lock.json');
  const before = readIfThere(lockfile);
  installPackagesTask(tree, true);
  if (readIfThere(lockfile) !== before) console.log('UPDATE package-lock.json');
  await updateAssembled(tree);
}

/** Brings what is made from the services' files up to date, and says what changed, as Nx says it of a generator's files. */
export async function updateAssembled(tree: Tree): Promise<void> {
  const { files } = await assemble(readSettings(tree.root));
  const present = new Set([...files.keys()].filter((path) => existsSync(join(tree.root, path))));
  const { written, deleted } = await writeFiles(tree.root, files, ASSEMBLED);
  for (const path of written) console.log(`${present.has(path) ? 'UPDATE' : 'CREATE'} ${path}`);
  for (const path of deleted) console.log(`DELETE ${path}`);
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
