import { UserError } from '@slipway/util/errors';
import { FIELD_MANAGER } from '../../kubernetes/apply/managed-fields/managed-fields.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { nxCommand } from '../../kubernetes/client/target.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { ADOPTED_ANNOTATION, WORKSPACE_ANNOTATION } from '../../kubernetes/labels.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { type NamespaceState, namespaceState } from './namespace-state.ts';

/** How a namespace that this workspace did not make may be used all the same. */
export type Adoption = {
  /** Deploy beside the objects of others. */
  adoptNamespace?: boolean;
  /** Take over the stack of the workspace of this name. */
  adoptStack?: string;
};

/** A namespace that the stack may use. `isShared`: others may have objects in it; `isNew`: it has no mark of this yet. */
export type ClaimedNamespace = { isShared: boolean; isNew: boolean };

/** Asks whose the namespace is. Throws UserError when it is not the stack's, and `adoption` does not say otherwise. */
export async function claimNamespace(
  api: KubeApi,
  settings: Settings,
  { adoptNamespace = false, adoptStack }: Adoption = {},
): Promise<ClaimedNamespace> {
  const live = await readNamespace(api, settings);
  const found = namespaceState(live, settings);
  if (found.state === 'absent' || found.state === 'created') return { isShared: false, isNew: false };
  if (found.state === 'adopted') return { isShared: true, isNew: false };
  if (found.state === 'foreign' && adoptNamespace) return { isShared: true, isNew: true };
  if (found.state === 'other-stack' && found.workspace === adoptStack)
    return { isShared: found.isAdopted, isNew: found.isAdopted };
  throw refusal(api, settings, found);
}

/** The same for a stack that must have been deployed before: nothing is adopted. A namespace that is not there passes. */
export async function requireOwnNamespace(api: KubeApi, settings: Settings): Promise<ClaimedNamespace> {
  return claimNamespace(api, settings);
}

/** Marks a namespace that is adopted. Its labels, and all that others have set, stay as they are. */
export async function markAdopted(api: KubeApi, { stack, workspace }: Settings): Promise<void> {
  await applyMarks(api, stack, { [WORKSPACE_ANNOTATION]: workspace, [ADOPTED_ANNOTATION]: 'true' });
}

/** Takes the marks away again. */
export async function unmarkAdopted(api: KubeApi, { stack }: Settings): Promise<void> {
  await applyMarks(api, stack, {});
}

export function readNamespace(api: KubeApi, { stack }: Settings): Promise<KubernetesObject | undefined> {
  return api.get<KubernetesObject>(`/api/v1/namespaces/${stack}`);
}

/** Server-side apply with nothing else: marks that are no longer sent go, what others own is not touched. */
async function applyMarks(api: KubeApi, stack: string, annotations: Record<string, string>): Promise<void> {
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'true' });
  const marked = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: stack, annotations } };
  await api.send('PATCH', `/api/v1/namespaces/${stack}?${query}`, marked, 'application/apply-patch+yaml');
}

function refusal(api: KubeApi, settings: Settings, found: NamespaceState): UserError {
  const { stack } = settings;
  const deploy = nxCommand(settings, api.context, 'run-many -t deploy-kind');
  const other = 'choose another namespace (nx.json plugins.slipway.options.namespace)';
  if (found.state === 'other-stack') {
    return new UserError(
      `namespace ${stack} of ${api.context} holds the stack of the workspace "${found.workspace}", not of "${settings.workspace}". Nothing was touched`,
      {
        hint: `${other}, or take that stack over, whose services that are not in this workspace are then removed: ${deploy} --adopt-stack "${found.workspace}"`,
      },
    );
  }
  return new UserError(
    `namespace ${stack} of ${api.context} exists, and slipway did not create it. Nothing was touched`,
    {
      hint: `${other}, or deploy beside what is there, which keeps its labels and its objects: ${deploy} --adopt-namespace`,
    },
  );
}
