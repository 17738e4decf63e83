import { join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { codeOf } from '@slipway/util/errors';
import { readMigrations } from '@slipway/migrations';
import { migrationOf } from '../../services/migrate-command.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { migrationProblems, migrationsFolderOf } from '../../services/migration-problems.ts';

/** What lies in the image beside the bundle: the migrations, the same from every checkout, and the manifest. Throws ValidationError. */
export function appFiles(workspaceRoot: string, serviceSpec: ServiceSpec): BundleFile[] {
  const manifest = manifestOf(workspaceRoot, serviceSpec.root);
  if (migrationOf(workspaceRoot, serviceSpec) !== 'builtin') return [manifest];
  const problems = migrationProblems(workspaceRoot, serviceSpec);
  if (problems.length > 0) throw new ValidationError(problems);
  const folder = migrationsFolderOf(serviceSpec);
  const { migrations } = readMigrations(join(workspaceRoot, folder));
  const files = migrations.map(({ fileName, sql }) => ({ path: `${folder}/${fileName}`, bytes: Buffer.from(sql) }));
  return [manifest, ...files];
}

/** The service's own, which it may read; but bundles are ES modules whatever the sources are. */
function manifestOf(workspaceRoot: string, root: string): BundleFile {
  const path = `${root}/package.json`;
  let content: object = {};
  try {
    content = readJson(join(workspaceRoot, path));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return { path, bytes: Buffer.from(`${JSON.stringify({ ...content, type: 'module' })}\n`) };
}
