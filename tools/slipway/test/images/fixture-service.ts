import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { digestOf } from '@slipway/oci/blob';
import { writeLayout } from '@slipway/oci/layout';
import { writeTar } from '@slipway/oci/tar';
import { packageClosure } from '../../src/images/bundle/package-closure.ts';

export const repository = join(import.meta.dirname, '../../../..');

export type Files = Record<string, string>;

/** A workspace of its own with these files; `npm`: packages of this repository that are copied with what they need. */
export function makeWorkspace(
  files: Files,
  { npm = [], name = 'slipway-image-' }: { npm?: string[]; name?: string } = {},
) {
  const root = mkdtempSync(join(tmpdir(), name));
  const write = (path: string, text: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const folders = npm.map((it) => `node_modules/${it}`);
  for (const folder of packageClosure(repository, folders, () => true)) {
    cpSync(join(repository, folder), join(root, folder), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Service `shop` without a database. */
export const shopSpec = {
  name: 'shop',
  root: 'apps/shop',
  configFile: 'apps/shop/src/config.ts',
  keys: [],
  hasDatabase: false,
  calls: [],
};

/** Gives the tests of a file a cache of their own with a base image. */
export function useOwnCache(): void {
  const cache = mkdtempSync(join(tmpdir(), 'slipway-cache-'));
  before(() => {
    process.env.SLIPWAY_CACHE = cache;
    return writeBaseImage(cache);
  });
  after(() => rmSync(cache, { recursive: true }));
}

/** A base image of one file, for linux-x64 whatever this machine is. */
export async function writeBaseImage(cache: string): Promise<void> {
  const layer = await writeTar([{ path: 'base', mode: 0o644, type: 'file', content: Buffer.from('base') }]);
  const config = { architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/bin'], WorkingDir: '/' } };
  await writeLayout(join(cache, 'images', 'node'), {
    ref: 'test/node:1',
    config,
    layers: [{ digest: digestOf(layer), size: layer.length, bytes: layer }],
  });
}
