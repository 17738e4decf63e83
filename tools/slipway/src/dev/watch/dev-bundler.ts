import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { context } from 'esbuild';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { appFiles } from '../../images/layers/app-files.ts';
import { SourceBuild } from '../../images/bundle/source-build.ts';
import { lockfileOf } from '../../util/workspace/lockfile.ts';

/** A service's code as a pod is sent it. */
export type DevBuild = {
  /** The file to run; another one whenever the code is another. */
  entry: string;
  /** Path in the workspace's layout → content. Names of code say the content: equal names are equal files. */
  files: Map<string, Uint8Array>;
  /** Another one whenever a file is another. */
  version: string;
  /** Our sources in it, relative to the workspace. */
  inputs: Set<string>;
  /** What it needs of npm packages, which pods have from their image: another one takes another image. */
  packages: string;
};

export type DevBundler = { build: () => Promise<DevBuild>; close: () => Promise<void> };

/**
 * Builds a service again and again, as its image is built: what has not changed is neither read nor compiled again.
 * `build` throws ValidationError for what does not compile or would not run.
 */
export async function openDevBundler(workspace: string, serviceSpec: ServiceSpec): Promise<DevBundler> {
  const workspaceRoot = realpathSync(workspace);
  const lockfile = await readFile(join(workspaceRoot, lockfileOf(workspaceRoot) ?? 'package.json'));
  const source = new SourceBuild(workspaceRoot, serviceSpec, ['main']);
  const open = () => context({ ...source.options(), entryNames: '[name]-[hash]', minify: false });
  let own = await open();
  const ofImage = appFiles(workspaceRoot, serviceSpec).map(({ path, bytes }) => [path, bytes] as const);

  async function build(): Promise<DevBuild> {
    const result = await own.rebuild().catch((error: unknown) => {
      throw source.problemsOf(error);
    });
    const bundle = source.read(result);
    if (bundle === undefined) {
      await own.dispose();
      own = await open();
      return build();
    }
    const files = new Map([...bundle.files.map(({ path, bytes }) => [path, bytes] as const), ...ofImage]);
    const hash = createHash('sha256');
    for (const [path, bytes] of files) hash.update(path).update(bytes);
    const packages = createHash('sha256')
      .update(lockfile)
      .update(JSON.stringify([bundle.packages, bundle.whole]));
    return {
      entry: bundle.entries.get('main') ?? '',
      files,
      version: hash.digest('hex'),
      inputs: new Set(bundle.inputs),
      packages: packages.digest('hex'),
    };
  }

  return { build, close: () => own.dispose() };
}
