import { join } from 'node:path';
import { readMigrations } from '@slipway/migrations';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { migrationFaults, migrationsFolderOf } from '../manifests/preflight/migration-faults.ts';

/** What lies in the image beside the bundle, below /app: the migrations, the same from every checkout, and the module type. Throws FaultsError. */
export function appFiles(workspaceRoot: string, contract: ServiceContract): BundleFile[] {
  const moduleType = { path: 'package.json', bytes: Buffer.from('{"type":"module"}\n') };
  if (!contract.hasDatabase) return [moduleType];
  const faults = migrationFaults(workspaceRoot, contract);
  if (faults.length > 0) throw new FaultsError(faults);
  const { migrations } = readMigrations(join(workspaceRoot, migrationsFolderOf(contract)));
  const files = migrations.map(({ fileName, sql }) => ({ path: `migrations/${fileName}`, bytes: Buffer.from(sql) }));
  return [moduleType, ...files];
}
