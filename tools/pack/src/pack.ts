import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { exec } from '@slipway/util/exec';
import { compile } from './compile.ts';
import { readTarball } from './read-tarball.ts';
import { releasedPackages } from './released-package.ts';
import { stage } from './stage.ts';
import { tarballProblems } from './tarball-problems.ts';

export type Tarball = { name: string; version: string; file: string; bytes: number };

/**
 * Compiles the released packages, and packs each to `destination` the way `npm publish` would. Throws UserError when one
 * does not compile, or must not be published.
 */
export async function pack(workspaceRoot: string, destination: string): Promise<Tarball[]> {
  // Each call has its own: a test may pack while a person does.
  const work = await mkdtemp(join(tmpdir(), 'slipway-pack-'));
  try {
    return await packIn(work, workspaceRoot, destination);
  } finally {
    await rm(work, { recursive: true });
  }
}

async function packIn(work: string, workspaceRoot: string, destination: string): Promise<Tarball[]> {
  const packages = releasedPackages(workspaceRoot);
  const compiled = join(work, 'compiled');
  await mkdir(destination, { recursive: true });
  compile(
    workspaceRoot,
    packages.map(({ folder }) => folder),
    compiled,
  );
  const folders = packages.map(({ manifest }) => join(work, manifest.name.replace('/', '-').replace('@', '')));
  await Promise.all(packages.map((released, index) => stage(workspaceRoot, released, compiled, folders[index]!)));
  const packed = await exec([
    'npm',
    'pack',
    ...folders,
    '--json',
    '--ignore-scripts',
    '--pack-destination',
    destination,
  ]);
  const tarballs = (JSON.parse(packed) as { name: string; version: string; filename: string; size: number }[]).map(
    ({ name, version, filename, size }) => ({ name, version, file: join(destination, filename), bytes: size }),
  );
  const problems = await Promise.all(
    tarballs.map(async ({ name, file }) =>
      tarballProblems(await readTarball(file)).map((problem) => `${name}: ${problem}`),
    ),
  ).then((found) => found.flat());
  if (problems.length === 0) return tarballs;
  await Promise.all(tarballs.map(({ file }) => rm(file)));
  throw new UserError(`what would be published is not fit for it:\n${problems.map((line) => `  ${line}`).join('\n')}`, {
    hint: 'files, exports and dependencies are in the package.json of each',
  });
}
