import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';
import type { LineOf } from '../apply-fragment.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { configMapFaults } from './config-map-faults.ts';
import { exposureFaults } from './exposure-faults.ts';
import { migrationFaults } from './migration-faults.ts';
import { poolFaults } from './pool-faults.ts';
import { probeFaults } from './probe-faults.ts';
import { selectorFaults } from './selector-faults.ts';

/** Faults that Kubernetes would accept and the stack would suffer from. */
export function preflight(
  workspaceRoot: string,
  contract: ServiceContract,
  objects: KubernetesObject[],
  lineOf: LineOf,
): Fault[] {
  return [
    ...migrationFaults(workspaceRoot, contract),
    ...configMapFaults(contract, objects, lineOf),
    ...poolFaults(contract, objects),
    ...objects.flatMap((object) => [
      ...probeFaults(contract, object, lineOf),
      ...exposureFaults(contract, object, lineOf),
      ...selectorFaults(contract, object, objects, lineOf),
    ]),
  ];
}
