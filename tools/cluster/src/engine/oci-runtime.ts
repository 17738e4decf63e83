import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { engineStateDir } from '../core/paths.ts';
import { buildModule, builtFolder, isBuilt } from '../packages/go/build-module.ts';
import { ociRuntimeModule } from '../packages/go/go-modules.ts';

/** The wrapper around runc (go/oci-runtime), where the engine finds it whatever becomes of the cache. */
export async function ociRuntime(report: (detail: string) => void): Promise<string> {
  if (!isBuilt(ociRuntimeModule)) await buildModule(ociRuntimeModule, report);
  const destination = join(engineStateDir, 'oci-runtime');
  const temporary = `${destination}.tmp-${process.pid}`;
  await copyFile(join(builtFolder(ociRuntimeModule), 'oci-runtime'), temporary);
  await rename(temporary, destination);
  return destination;
}
