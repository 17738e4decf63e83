import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { Fault } from '../faults/fault.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { clusterCure } from '../kube/target.ts';

type NodeList = {
  items: { metadata: { name: string }; status: { conditions: { type: string; status: string; message: string }[] } }[];
};

/** Faults of the cluster's nodes that would let a rollout hang. */
export async function nodeFaults(api: KubeApi): Promise<Fault[]> {
  const list = await api.get<NodeList>('/api/v1/nodes');
  return (list?.items ?? []).flatMap(({ metadata: { name }, status }): Fault[] => {
    const condition = (type: string) => status.conditions.find((entry) => entry.type === type);
    const ready = condition('Ready');
    if (ready?.status !== 'True') {
      return [
        {
          file: `node ${name}`,
          problem: `is not ready: ${ready?.message ?? 'it says nothing'}`,
          cure: clusterCure(api.context),
        },
      ];
    }
    if (condition('DiskPressure')?.status !== 'True') return [];
    return [
      {
        file: `node ${name}`,
        problem: 'its disk is full: new pods are refused',
        cure: 'free space on this machine (docker system df, df -h)',
      },
    ];
  });
}

/** Migration file → SHA-256 of its text. */
export function migrationChecksums(
  workspaceRoot: string,
  { root, hasDatabase }: ServiceContract,
): Record<string, string> {
  if (!hasDatabase) return {};
  const folder = join(workspaceRoot, root, 'migrations');
  const checksum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, checksum(name)]),
  );
}

/** Migrations whose text is not what the cluster's database was migrated with. */
export function editedMigrations(workspaceRoot: string, contracts: ServiceContract[], inventory: Inventory): Fault[] {
  return contracts.flatMap((contract) => {
    const applied = inventory[contract.name]?.migrations ?? {};
    return Object.entries(migrationChecksums(workspaceRoot, contract))
      .filter(([name, checksum]) => name in applied && applied[name] !== checksum)
      .map(([name]) => ({
        file: `${contract.root}/migrations/${name}`,
        problem: 'was edited after it was applied: databases that have it would differ from new ones',
        cure: 'take the edit back and write a new migration (while nobody else has it: npx nx run deploy:teardown)',
      }));
  });
}
