import type { Mutant } from './mutant.ts';

const deployment = 'tools/slipway/src/manifests/defaults/deployment.ts';

/** Guards that only Kubernetes feels: their test runs on the cluster. */
export const clusterMutants: readonly Mutant[] = [
  {
    name: 'no-pre-stop',
    guard: 'a pod serves until no node sends it new connections any more',
    file: deployment,
    find: 'lifecycle: { preStop: { sleep: { seconds: 3 } } },',
    replace: '',
    test: { chaos: 'gateway restarts' },
  },
];
