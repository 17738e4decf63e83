import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';

export type DebianPackage = { name: string; version: string; architecture: string };

/** Where dpkg, and the images that go without it, keep what is installed. */
const STATUS = /^(\.\/)?var\/lib\/dpkg\/(status|status\.d\/[^/]+)$/;

/** The Debian packages in the layers (uncompressed tar files), sorted by name; a later layer's word counts. */
export async function debianPackages(layers: string[]): Promise<DebianPackage[]> {
  const found = new Map<string, DebianPackage>();
  for (const layer of layers) {
    for await (const entry of createReadStream(layer).pipe(extract())) {
      if (!STATUS.test(entry.header.name)) {
        entry.resume();
        continue;
      }
      for (const debian of parseStatus(await text(entry))) found.set(debian.name, debian);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parseStatus(status: string): DebianPackage[] {
  return status.split(/\n\n+/).flatMap((paragraph) => {
    const field = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(paragraph)?.[1];
    const [name, version, architecture] = [field('Package'), field('Version'), field('Architecture')];
    if (name === undefined || version === undefined || architecture === undefined) return [];
    // Removed packages leave their settings behind; without dpkg there is no Status line at all.
    if (field('Status')?.endsWith(' installed') === false) return [];
    return [{ name, version, architecture }];
  });
}
