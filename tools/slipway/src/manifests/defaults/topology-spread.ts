import { NAME_LABEL } from '../../kubernetes/labels.ts';

/** Spreads the pods of one revision of `name` over what `topologyKey` tells apart, where there is room. */
export function topologySpread(name: string, topologyKey: string) {
  return {
    topologyKey,
    maxSkew: 1,
    // Not a must: one node has to do for several replicas on kind, and a lost zone must not keep pods from starting.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { [NAME_LABEL]: name } },
    matchLabelKeys: ['pod-template-hash'],
  };
}
