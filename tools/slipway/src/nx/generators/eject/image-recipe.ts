import { posix } from 'node:path';
import { bundleSources } from '../../../images/bundle/bundle-sources.ts';
import type { BundleFile } from '../../../images/bundle/bundle-file.ts';
import { migrateFiles } from '../../../images/layers/migrate-files.ts';
import { mainProgram } from '../../../services/main-program.ts';
import { MIGRATE_PROGRAM, migrationOf } from '../../../services/migrate-command.ts';
import { migrationsFolderOf } from '../../../services/migration-problems.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';

/** How a service's image is built without slipway. Paths are relative to the workspace. */
export type ImageRecipe = { root: string; name: string; command: readonly string[]; keepsDevPackages: boolean } & {
  /** Files that slipway adds to an image and the service's folder lacks. */
  files: BundleFile[];
} & (
    | { kind: 'bundle'; entries: string[]; programs: string[]; copied: string[] }
    | { kind: 'target'; target: string }
    /** The service has a Dockerfile, or others build its image. */
    | { kind: 'none'; source: string }
  );

/** Throws ValidationError for a service that does not compile. */
export async function imageRecipe(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<ImageRecipe> {
  const { name, root, build } = serviceSpec;
  const command = mainProgram(serviceSpec) ?? [];
  if (build !== undefined && !('target' in build)) {
    const source = 'dockerfile' in build ? `${root}/${build.dockerfile}` : build.image;
    return { kind: 'none', source, name, root, command, files: [], keepsDevPackages: false };
  }
  const migrate = migrateFiles(workspaceRoot, serviceSpec).files;
  const files = migrate.filter(({ path }) => path === `${root}/${MIGRATE_PROGRAM}`);
  // Tools that migrate are often development dependencies.
  const shared = { name, root, command, files, keepsDevPackages: files.length > 0 };
  if (build !== undefined) return { ...shared, kind: 'target', target: build.target };
  const bundle = await bundleSources(workspaceRoot, serviceSpec);
  const beside = bundle.files.filter(({ path }) => !/\.js(\.map)?$/.test(path) || posix.dirname(path) !== root);
  const programs = beside.filter(isStub).map(({ path }) => path);
  const hasMigrations = migrationOf(workspaceRoot, serviceSpec) === 'builtin';
  return {
    ...shared,
    kind: 'bundle',
    entries: [...bundle.entries.keys()],
    programs,
    copied: [
      ...beside.flatMap((file) => (isStub(file) || file.path === `${root}/package.json` ? [] : [file.path])),
      ...(hasMigrations ? [migrationsFolderOf(serviceSpec)] : []),
      ...(files.length > 0 ? [root] : []),
    ],
  };
}

/** What a bundle puts where code looks for a program of its own. */
function isStub({ path, bytes }: BundleFile): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && Buffer.from(bytes).toString('utf8').startsWith('export * from ');
}
