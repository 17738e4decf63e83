import { join } from 'node:path';
import { readMigrations } from '@slipway/migrations';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { migrationProblems, migrationsFolderOf } from '../../services/migration-problems.ts';

/** What lies in the image beside the bundle, below /app: the migrations, the same from every checkout, and the module type. Throws ValidationError. */
export function appFiles(workspaceRoot: string, serviceSpec: ServiceSpec): BundleFile[] {
  const moduleType = { path: 'package.json', bytes: Buffer.from('{"type":"module"}\n') };
  if (!serviceSpec.hasDatabase) return [moduleType];
  const problems = migrationProblems(workspaceRoot, serviceSpec);
  if (problems.length > 0) throw new ValidationError(problems);
  const { migrations } = readMigrations(join(workspaceRoot, migrationsFolderOf(serviceSpec)));
  const files = migrations.map(({ fileName, sql }) => ({ path: `migrations/${fileName}`, bytes: Buffer.from(sql) }));
  return [moduleType, ...files];
}
