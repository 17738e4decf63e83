import type { PlannedObject } from './plan.ts';

/**
 * The services' NetworkPolicies that have to come before the one that denies everything: those of a stack that runs and
 * had none so far. Its pods must not lose each other until each service has had its turn.
 */
export function policiesOfRunning(shared: PlannedObject[], ofServices: PlannedObject[]): PlannedObject[] {
  const isNewStack = shared.some(({ object, outcome }) => object.kind === 'Namespace' && outcome === 'created');
  const startsDenying = shared.some(isNewPolicy);
  return startsDenying && !isNewStack ? ofServices.filter(isNewPolicy) : [];
}

function isNewPolicy({ object, outcome }: PlannedObject): boolean {
  return object.kind === 'NetworkPolicy' && outcome === 'created';
}
