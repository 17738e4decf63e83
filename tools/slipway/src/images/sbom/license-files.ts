import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJson } from '@slipway/util/json';
import type { BundleFile } from '../bundle/bundle-file.ts';

const TEXT = /^(licen[cs]e|copying|notice|unlicense)([-.].*)?$/i;

type Manifest = { name: string; version: string; license?: string; author?: string | { name?: string } };

/**
 * Licence texts of all packages in the image, below `licenses/`: those that a package brings, and the standard text of its
 * licence for one that brings none. `inPlace`: packages that lie in the image whole, with their own texts.
 */
export async function licenseFiles(
  workspaceRoot: string,
  folders: string[],
  inPlace: ReadonlySet<string>,
): Promise<BundleFile[]> {
  const found = await Promise.all(
    folders.map(async (folder): Promise<BundleFile[]> => {
      const names = (await readdir(join(workspaceRoot, folder))).filter((name) => TEXT.test(name)).sort();
      if (names.length === 0) return [standardText(workspaceRoot, folder)];
      if (inPlace.has(folder)) return [];
      return Promise.all(
        names.map(async (name) => ({
          path: `licenses/${folder}/${name}`,
          bytes: await readFile(join(workspaceRoot, folder, name)),
        })),
      );
    }),
  );
  return found.flat();
}

/** What the SPDX list has for the package's licence, after the names that the package gives. */
function standardText(workspaceRoot: string, folder: string): BundleFile {
  const manifest = readJson<Manifest>(join(workspaceRoot, folder, 'package.json'));
  const { name, version, license = 'an unknown licence', author } = manifest;
  const by = typeof author === 'string' ? author : author?.name;
  const head = `${name} ${version}${by === undefined ? '' : ` by ${by}`} is under ${license}; the package brings no text of it.\n`;
  const file = join(fileURLToPath(import.meta.resolve('spdx-license-list')), '..', 'licenses', `${license}.json`);
  const text = existsSync(file)
    ? readJson<{ licenseText: string }>(file).licenseText
    : `See the package's own pages: https://www.npmjs.com/package/${name}\n`;
  return { path: `licenses/${folder}/LICENSE`, bytes: Buffer.from(`${head}\n${text}`) };
}
