import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { BundleFile } from '../bundle/bundle-file.ts';

/** What lies in the image beside the bundle, below /app: the migrations and the module type. */
export function appFiles(workspaceRoot: string, { root, hasDatabase }: ServiceContract): BundleFile[] {
  const moduleType = { path: 'package.json', bytes: Buffer.from('{"type":"module"}\n') };
  if (!hasDatabase) return [moduleType];
  const folder = join(workspaceRoot, root, 'migrations');
  const migrations = readdirSync(folder).map((name) => ({
    path: `migrations/${name}`,
    bytes: readFileSync(join(folder, name)),
  }));
  return [moduleType, ...migrations];
}
