import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { ADOPTED_ANNOTATION, MANAGED_BY_LABEL, PART_OF_LABEL, WORKSPACE_ANNOTATION } from '../../kubernetes/labels.ts';
import type { Settings } from '../../util/workspace/settings.ts';

/**
 * The owner of the stack's namespace. `created`: slipway created it for this workspace; `adopted`: it existed before
 * and may hold foreign objects; `foreign`: it was not adopted for the stack; `other-stack`: it holds another
 * workspace's stack.
 */
export type NamespaceState =
  | { state: 'absent' | 'created' | 'adopted' | 'foreign' }
  | { state: 'other-stack'; workspace: string; isAdopted: boolean };

/** Reads the marks of the live Namespace. Stacks that were deployed before there were marks are known by their labels. */
export function namespaceState(
  live: KubernetesObject | undefined,
  { stack, workspace }: Pick<Settings, 'stack' | 'workspace'>,
): NamespaceState {
  if (live === undefined) return { state: 'absent' };
  const { labels = {}, annotations = {} } = live.metadata;
  const owner = annotations[WORKSPACE_ANNOTATION];
  const isAdopted = annotations[ADOPTED_ANNOTATION] !== undefined;
  if (owner === workspace) return { state: isAdopted ? 'adopted' : 'created' };
  if (owner !== undefined) return { state: 'other-stack', workspace: owner, isAdopted };
  const isUnmarked = labels[PART_OF_LABEL] === stack && labels[MANAGED_BY_LABEL] === 'slipway';
  return { state: isUnmarked ? 'created' : 'foreign' };
}
