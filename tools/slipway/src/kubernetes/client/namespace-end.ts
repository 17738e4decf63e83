import { describeError, UserError } from '@slipway/util/errors';
import type { KubernetesObject } from '../kubernetes-object.ts';
import type { KubeApi } from './kube-api.ts';
import { untilGone, type EndingObjects } from './until-gone.ts';

type Namespace = KubernetesObject & {
  metadata: { deletionTimestamp?: string };
  status?: { conditions?: Array<{ type: string; status: string; message?: string }> };
};

/** What can keep a namespace from its end, by the condition that tells it, and what helps. */
const HINTS: Record<string, string> = {
  NamespaceDeletionDiscoveryFailure:
    '`kubectl get apiservices` shows which API does not answer: start what serves it, or delete its APIService',
  NamespaceFinalizersRemaining: 'what set these finalizers has to remove them: is it running?',
  NamespaceDeletionContentFailure: 'the API server refuses to delete what is left: see the message',
};

/** Whether the namespace exists and is being deleted. */
export async function isEnding(api: KubeApi, name: string): Promise<boolean> {
  return (await find(api, name))?.metadata.deletionTimestamp !== undefined;
}

/** Waits until the namespace is gone; at the deadline it throws with what Kubernetes says is in the way. `begin` asks for its deletion. */
export async function untilNamespaceGone(
  api: KubeApi,
  name: string,
  deadlineMs: number,
  { begin = () => Promise.resolve(), also = [] }: { begin?: () => Promise<void>; also?: EndingObjects[] } = {},
): Promise<void> {
  const namespace = { path: '/api/v1/namespaces', query: { fieldSelector: `metadata.name=${name}` } };
  try {
    await untilGone(api, [namespace, ...also], deadlineMs, begin);
  } catch (error) {
    const obstacles = await obstaclesOf(api, name);
    if (obstacles.length === 0) throw error;
    throw new UserError([describeError(error), ...obstacles].join('\n'), { cause: error });
  }
}

async function obstaclesOf(api: KubeApi, name: string): Promise<string[]> {
  const conditions = (await find(api, name))?.status?.conditions ?? [];
  return conditions
    .filter(({ status }) => status === 'True')
    .flatMap(({ type, message = type }) => [message, ...(HINTS[type] === undefined ? [] : [`→ ${HINTS[type]}`])]);
}

async function find(api: KubeApi, name: string): Promise<Namespace | undefined> {
  return api.get<Namespace>(`/api/v1/namespaces/${name}`);
}
