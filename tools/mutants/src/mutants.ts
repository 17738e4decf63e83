import { clusterMutants } from './cluster-mutants.ts';
import { dataMutants } from './data-mutants.ts';
import { gatewayMutants } from './gateway-mutants.ts';
import type { Mutant } from './mutant.ts';
import { queueMutants } from './queue-mutants.ts';
import { serviceMutants } from './service-mutants.ts';

export const mutants: readonly Mutant[] = [
  ...dataMutants,
  ...gatewayMutants,
  ...queueMutants,
  ...serviceMutants,
  ...clusterMutants,
];
