import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../core/paths.ts';
import { DEFAULT_RELEASE, type Release } from '../../core/releases.ts';
import { VERSIONS } from '../../core/versions.ts';

/** The shims under bin/ look in the same places. */
export const kubectlBinary = join(cacheDir, 'tools', `v${DEFAULT_RELEASE.kubernetes}`, 'kubectl');
export const promtoolBinary = join(cacheDir, 'tools', `v${VERSIONS.prometheus}`, 'promtool');
export const kindBinary = kindOf(DEFAULT_RELEASE);

/** The kind that creates clusters of the release; every other work is the default one's. */
export function kindOf({ kind }: Release): string {
  return join(cacheDir, 'tools', `v${kind}`, 'kind');
}

/** Puts a program where its shim looks for it, without disturbing a process that runs the old one. */
export async function placeBinary(source: string, destination: string): Promise<void> {
  const temporary = `${destination}.tmp-${process.pid}`;
  await mkdir(dirname(destination), { recursive: true });
  await rm(temporary, { force: true });
  // Another file system takes no link.
  await link(source, temporary).catch(() => copyFile(source, temporary));
  await rename(temporary, destination);
}
