import { stringify } from 'yaml';
import { collectContracts, type CollectedContracts } from '../contract/read-contracts.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import { withKeyLine } from '../contract/with-key-line.ts';
import type { Fault } from '../faults/fault.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { applyFragment } from '../manifests/apply-fragment.ts';
import { houseObjects } from '../manifests/defaults/house-objects.ts';
import { namespace } from '../manifests/defaults/namespace.ts';
import { defaultDeny } from '../manifests/defaults/network-policies.ts';
import { envExample } from '../manifests/env-example.ts';
import { readFragment } from '../manifests/fragment.ts';
import { objectPath, objectText } from '../manifests/object-file.ts';
import { isForProduction, PRODUCTION, productionComponent } from '../manifests/production-component.ts';
import { preflight } from '../manifests/preflight/preflight.ts';
import type { Settings } from '../workspace/settings.ts';

/** The assembled base: relative path → text, and what it was made from. */
export type Assembly = { contracts: ServiceContract[]; files: Map<string, string> };

/** Folder of what every place gets. */
export const BASE = 'deploy/base';
/** The assembled folders as a glob; what else lies there is deleted. */
export const ASSEMBLED = `{${BASE},${PRODUCTION}}`;

/**
 * Makes `deploy/base`, the production Component and every `.env.example` from the services' own files. Pure: writes nothing. Throws FaultsError
 * with every fault of every service.
 */
export async function assemble(settings: Settings): Promise<Assembly> {
  const { faults, ...assembly } = await examine(settings);
  if (faults.length > 0) throw new FaultsError(faults);
  return assembly;
}

/** As `assemble`, for those who have more to look at before they complain: with faults the files are incomplete. */
export async function examine(
  { workspaceRoot, stack, workspace }: Settings,
  collected?: CollectedContracts,
): Promise<Assembly & { faults: Fault[] }> {
  const { contracts, faults: contractFaults } = collected ?? (await collectContracts(workspaceRoot));
  const faults = [...contractFaults];
  const manifests = new Map<string, string>();
  const production = new Map<string, string>();
  const ofStack = [
    [namespace(stack, workspace), 'nx.json (namespace), package.json (name)'],
    [defaultDeny(stack), 'nx.json (namespace)'],
  ] as const;
  for (const [object, source] of ofStack) manifests.set(objectPath(object, undefined), objectText(object, source));
  const examples: [string, string][] = [];
  for (const contract of contracts) {
    const { name, root } = contract;
    const fragment = readFragment(workspaceRoot, root);
    const callers = contracts.filter(({ calls }) => calls.includes(name)).map((caller) => caller.name);
    const {
      objects,
      faults: mergeFaults,
      lineOf,
    } = applyFragment(stack, name, houseObjects(stack, contract, callers), fragment.objects);
    faults.push(...fragment.faults, ...mergeFaults, ...preflight(workspaceRoot, contract, objects, lineOf));
    const source = `${root} (src/config.ts, k8s/fragment.yaml)`;
    for (const object of objects) {
      const files = isForProduction(object) ? production : manifests;
      files.set(objectPath(object, name), objectText(object, source));
    }
    examples.push([`${root}/.env.example`, envExample(contract)]);
  }
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...manifests.keys()].sort(),
  };
  manifests.set(
    'kustomization.yaml',
    `# Assembled by slipway: npx nx run deploy:assemble\n${stringify(kustomization)}`,
  );
  const component = productionComponent(stack, contracts, [...production.keys()]);
  const files = new Map([
    ...inFolder(BASE, manifests),
    ...inFolder(PRODUCTION, [...production, ...component]),
    ...examples,
  ]);
  return { contracts, files, faults: faults.map((fault) => withKeyLine(workspaceRoot, contracts, fault)) };
}

function inFolder(folder: string, files: Iterable<[string, string]>): [string, string][] {
  return [...files].map(([path, text]) => [`${folder}/${path}`, text]);
}
