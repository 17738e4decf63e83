import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goDir } from '../../core/paths.ts';
import type { Release } from '../../core/releases.ts';
import { run } from '../../core/run.ts';
import { kubernetesModule, moduleFlags } from '../../packages/go/go-modules.ts';

/** The folder of the kind module in Go's module cache, which has the files of kind's own node image. */
export async function kindModuleFolder(release: Release): Promise<string> {
  const module = kubernetesModule(release);
  const cwd = join(goDir, module.folder);
  const env = { GOFLAGS: moduleFlags(module).join(' '), GOWORK: 'off' };
  await run(['go', 'mod', 'download', 'sigs.k8s.io/kind'], { cwd, env });
  return (await run(['go', 'list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kind'], { cwd, env })).trim();
}

export type DefaultStorage = { manifest: string; provisionerImage: string; helperImage: string };

/** Reads the default StorageClass, which is a constant in kind's Go sources. */
export async function defaultStorage(kindFolder: string): Promise<DefaultStorage> {
  const file = join(kindFolder, 'pkg', 'build', 'nodeimage', 'const_storage.go');
  return parseDefaultStorage(await readFile(file, 'utf8'), file);
}

export function parseDefaultStorage(source: string, file: string): DefaultStorage {
  const constant = (name: string): string => {
    const value = new RegExp(`^const ${name} = "([^"]+)"$`, 'm').exec(source)?.[1];
    if (!value) throw noConstant(file, name);
    return value;
  };
  const provisionerImage = constant('storageProvisionerImage');
  const helperImage = constant('storageHelperImage');
  const start = source.indexOf('const defaultStorageManifest = `');
  if (start < 0) throw noConstant(file, 'defaultStorageManifest');
  const manifest = source
    .slice(source.indexOf('`', start) + 1)
    .replaceAll('` + storageProvisionerImage + `', provisionerImage)
    .replaceAll('` + storageHelperImage + `', helperImage)
    .split('`')[0];
  return { manifest: manifest ?? '', provisionerImage, helperImage };
}

// A bug: the version of kind is pinned, and this file must fit it.
function noConstant(file: string, name: string): Error {
  return new Error(`${file} has no constant ${name}: the sources of kind have changed, adapt kind-sources.ts`);
}
