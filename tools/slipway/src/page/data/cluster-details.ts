import type { V1Probe } from '@kubernetes/client-node';
import { readRevisions } from '../../deploy/revisions.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import type { Json } from '../../kubernetes/live.ts';
import { describeState } from '../../kubernetes/rollout/describe-state.ts';
import { isReady } from '../../kubernetes/rollout/is-ready.ts';
import { NOTHING_BEFORE } from '../../kubernetes/rollout/observed-before.ts';
import { containerStatuses, type Pod } from '../../kubernetes/rollout/pod.ts';
import { podState } from '../../kubernetes/rollout/pod-state.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { PageInstance, PageServiceDetails } from './page-service-details.ts';
import type { PageRevision } from './page-deploys.ts';

/** Kubernetes' own, where a probe names none, s. */
const USUAL_PERIOD_S = 10;

/** Pods, revisions and probes of a service of the cluster; undefined where it is not deployed. */
export async function clusterDetails(
  { api, view, settings }: { api: KubeApi; view: StackView; settings: Settings },
  service: string,
): Promise<PageServiceDetails | undefined> {
  const deployment = view.deployments.get(service);
  if (deployment === undefined) return undefined;
  const app = deployment.spec?.template.spec?.containers.find(({ name }) => name === 'app');
  const probes = [
    ['startup', app?.startupProbe],
    ['readiness', app?.readinessProbe],
    ['liveness', app?.livenessProbe],
  ] as const;
  return {
    instances: podsOf(view, service).map((pod) => instance(pod, service)),
    revisions: await pageRevisions({ api, settings }, service),
    probes: probes.flatMap(([kind, probe]) => (probe === undefined ? [] : [{ kind, ...described(probe) }])),
  };
}

export async function pageRevisions(
  { api, settings }: { api: KubeApi; settings: Settings },
  service: string,
): Promise<PageRevision[]> {
  const { revisions } = await readRevisions({ api, settings, stack: settings.stack }, service);
  return revisions.map(({ number, image, cause, createdAt, isCurrent }) => ({
    number,
    image: image.slice(image.lastIndexOf(':') + 1),
    createdAt,
    isCurrent,
    ...(cause === undefined ? {} : { cause }),
  }));
}

function instance(pod: Pod, service: string): PageInstance {
  const { metadata, spec, status } = pod;
  const state = podState(pod, { kind: 'Deployment', name: service }, NOTHING_BEFORE);
  const statuses = containerStatuses(pod);
  return {
    name: metadata.name,
    state: isReady(pod) ? 'ready' : state?.outlook === 'passing' ? 'waiting' : 'failed',
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(state === undefined ? {} : { detail: describeState(state) }),
    ...(spec?.nodeName === undefined ? {} : { node: spec.nodeName }),
    ...(status?.startTime === undefined ? {} : { startedAt: status.startTime }),
  };
}

function described({ httpGet, tcpSocket, exec, grpc, periodSeconds }: Json<V1Probe>): { what: string; everyS: number } {
  const what =
    httpGet !== undefined
      ? `GET ${httpGet.path ?? '/'} at port ${String(httpGet.port)}`
      : tcpSocket !== undefined
        ? `a connection to port ${String(tcpSocket.port)}`
        : grpc !== undefined
          ? `gRPC at port ${grpc.port}`
          : (exec?.command ?? []).join(' ');
  return { what, everyS: periodSeconds ?? USUAL_PERIOD_S };
}
