import type { Difference } from './diff/diff-objects.ts';
import { onlyGrows, type VolumeGrowth } from './volume-growth.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { PropagationPolicy } from '../client/delete-object.ts';
import { isKind } from '../kinds.ts';

/** How an object is made anew, whose change the API server refuses: deleted, then applied. */
export type Recreation = {
  /** `Foreground`: what the object owns ends before it. `Orphan`: what it owns stays, for its successor. */
  policy: PropagationPolicy;
  /** Of the very object that the plan has seen. */
  uid: string;
  /** What that means for what runs. */
  effect: string;
  /** Volumes that grow first. */
  growing?: VolumeGrowth[];
};

type Rule = {
  policy: PropagationPolicy;
  effect: string;
  /** Whether nothing irrecoverable is lost. */
  isHarmless: (live: KubernetesObject, declared: KubernetesObject) => boolean;
};

/** Kinds that a deploy recreates. For all others, the user decides what may be lost. */
const RULES: Record<string, Rule> = {
  Job: { policy: 'Foreground', effect: 'its pods end, and it runs anew', isHarmless: () => true },
  RoleBinding: { policy: 'Background', effect: 'what it grants is missing for a moment', isHarmless: () => true },
  // Connections that are open stay: they are between pods. Another type may hold an address that never comes back.
  Service: {
    policy: 'Background',
    effect: 'its address changes; open connections stay, new ones may have to wait for a second',
    isHarmless: (live, declared) => [live, declared].every((object) => serviceType(object) === 'ClusterIP'),
  },
  StatefulSet: { policy: 'Orphan', effect: 'its pods and volumes stay, and its volumes grow', isHarmless: onlyGrows },
};

/** Undefined for what must not be deleted without being asked. */
export function recreation(live: KubernetesObject, declared: KubernetesObject): Recreation | undefined {
  const rule = RULES[live.kind];
  if (rule === undefined || !rule.isHarmless(live, declared)) return undefined;
  return { policy: rule.policy, effect: rule.effect, uid: String(live.metadata.uid) };
}

/** Whether a live object is useless even though its declaration has not changed: a failed Job. */
export function isSpent(object: KubernetesObject): boolean {
  const { conditions = [] } = (isKind(object, 'Job') ? object.status : undefined) ?? {};
  return conditions.some(({ type, status }) => type === 'Failed' && status === 'True');
}

/** What the API server gives to each object anew: its name, and the labels by which a Job finds its pods. */
const OF_ONE_OBJECT = /(^metadata\.name|\b(controller-uid|job-name))$/;

/** `differences` of two objects of different names as if they had the same. */
export function withoutIdentity(differences: Difference[]): Difference[] {
  return differences.filter(({ path }) => !OF_ONE_OBJECT.test(path));
}

function serviceType(object: KubernetesObject): string {
  return (isKind(object, 'Service') ? object.spec?.type : undefined) ?? 'ClusterIP';
}
