import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Fault } from '../faults/fault.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { crossCheck } from './cross-check.ts';
import { readContract } from './read-contract.ts';
import type { ServiceContract } from './service-contract.ts';

/** A folder in `apps/` with this file is a service. */
export const FRAGMENT_GLOB = 'apps/*/k8s/fragment.yaml';

/** What can be read, sorted by name, and everything that is wrong with it and with the rest. */
export type CollectedContracts = { contracts: ServiceContract[]; faults: Fault[] };

/** The contracts of every service of the workspace; faults are answered and not thrown. */
export async function collectContracts(workspaceRoot: string): Promise<CollectedContracts> {
  const roots = globSync(FRAGMENT_GLOB, { cwd: workspaceRoot })
    .map((fragment) => dirname(dirname(fragment)))
    .sort();
  const faults: Fault[] = [];
  const contracts: ServiceContract[] = [];
  for (const result of await Promise.allSettled(roots.map((root) => readContract(workspaceRoot, root)))) {
    if (result.status === 'fulfilled') contracts.push(result.value);
    else if (result.reason instanceof FaultsError) faults.push(...result.reason.faults);
    else throw result.reason;
  }
  // Names of unreadable services still count as known: their own fault is enough.
  const names = roots.map((root) => root.split('/').at(-1)!);
  return { contracts, faults: [...faults, ...crossCheck(contracts, names)] };
}

/** The contracts of every service of the workspace, sorted by name. Throws FaultsError with the faults of all of them. */
export async function readContracts(workspaceRoot: string): Promise<ServiceContract[]> {
  const { contracts, faults } = await collectContracts(workspaceRoot);
  if (faults.length > 0) throw new FaultsError(faults);
  return contracts;
}
