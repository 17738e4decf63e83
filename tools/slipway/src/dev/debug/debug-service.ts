import type { V1Deployment } from '@kubernetes/client-node';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { describeError, UserError } from '@slipway/util/errors';
import { pause } from '@slipway/util/interruption';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { podLog } from '../../kubernetes/client/pod-log.ts';
import { forwardPort } from '../../kubernetes/client/port-forward.ts';
import { contextName, kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import { SYNCED_LABEL } from '../../kubernetes/labels.ts';
import type { Json } from '../../kubernetes/live.ts';
import { containerStatuses, type Pod } from '../../kubernetes/rollout/pod.ts';
import { requireDevelopmentCluster } from '../../operate/database/require-development-cluster.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { debugPod, debugPodName, INSPECTOR_PORT } from './debug-pod.ts';
import { evaluate, inspectorId, openSession } from './inspector.ts';
import { openInspectorProxy } from './inspector-proxy.ts';
import { podStream } from './pod-stream.ts';
import { localMaps, READ_MAPS } from './source-maps.ts';

export type DebugOptions = {
  context?: string;
  /** Of this machine, for debuggers; 0: any. */
  port: number;
  /** Longest wait for the pod, s. */
  timeout: number;
};

/** `tell` hears what there is to attach to; `signal` ends it. */
export type DebugSession = { settings: Settings; tell: (line: string) => void; signal: AbortSignal };

type Service = { name: string; root: string };

/**
 * Runs one more pod of the service with an inspector, until `signal` aborts: a process that stands at a breakpoint answers
 * no probe, so that one of the service's own pods would be killed. Deletes the pod whatever happens; nothing else is
 * changed, so that nothing has to be put back. Throws UserError where the cluster is not kind's.
 */
export async function debugService(session: DebugSession, service: Service, options: DebugOptions): Promise<void> {
  const { settings, signal, tell } = session;
  const context = contextName(settings.cluster, options.context);
  if (kindCluster(context) === undefined) throw refused(`context "${context}" is not a kind cluster`);
  const api = await openCluster(context);
  try {
    await requireDevelopmentCluster(api, refused);
    const pods = `/api/v1/namespaces/${settings.stack}/pods`;
    const path = `${pods}/${debugPodName(service.name)}`;
    const pod = debugPod(await readDeployment(api, settings, service.name), service.name);
    // Of a run that was killed.
    await deletePod(api, path);
    try {
      await api.send('POST', `${pods}?fieldManager=slipway`, pod);
      tell(`pod ${debugPodName(service.name)} starts beside the others`);
      await serveDebuggers(session, api, { service, path, options });
    } finally {
      await deletePod(api, path);
    }
    tell(`pod ${debugPodName(service.name)} is deleted`);
  } finally {
    if (!signal.aborted) await api.close();
  }
}

type Debugged = { service: Service; path: string; options: DebugOptions };

async function serveDebuggers(
  session: DebugSession,
  api: KubeApi,
  { service, path, options }: Debugged,
): Promise<void> {
  const { settings, tell, signal } = session;
  const { stack, workspaceRoot } = settings;
  const pod = debugPodName(service.name);
  const connectTo = async (port: number) => podStream(await forwardPort(api, stack, pod, port));
  const connect = () => connectTo(INSPECTOR_PORT);
  const id = await untilInspected(api, { stack, pod, path, signal, timeoutMs: options.timeout * 1000, connect });
  const own = await openSession(connect, id);
  const maps = localMaps(await evaluate(own, READ_MAPS), workspaceRoot, service.root);
  own.close();
  const title = `${service.name} in pod ${pod}`;
  const proxy = await openInspectorProxy(connect, { port: options.port, id, title, maps }).catch(portTaken);
  const requests = createServer((socket) => {
    connectTo(8080).then(
      (stream) => pipeline(socket, stream, socket, () => undefined),
      () => socket.destroy(),
    );
  });
  try {
    requests.listen(0, '127.0.0.1');
    await once(requests, 'listening');
    tell(`debugger: ${proxy.url} (VS Code: "Pod", Chrome: chrome://inspect)`);
    tell(
      `requests: http://127.0.0.1:${(requests.address() as AddressInfo).port} reaches this pod alone; of those to the Service it gets its share`,
    );
    tell('Ctrl-C deletes the pod; nothing else was changed');
    await untilEnd(api, path, signal);
  } finally {
    proxy.close();
    requests.close();
  }
}

type Waiting = {
  stack: string;
  pod: string;
  path: string;
  signal: AbortSignal;
  timeoutMs: number;
  connect: () => ReturnType<typeof Promise.resolve<ReturnType<typeof podStream>>>;
};

/** The inspector's target, once the program runs. */
async function untilInspected(
  api: KubeApi,
  { stack, pod, path, signal, timeoutMs, connect }: Waiting,
): Promise<string> {
  const end = performance.now() + timeoutMs;
  while (true) {
    const found = await api.get<Pod>(path);
    const app = found === undefined ? undefined : containerStatuses(found).find(({ name }) => name === 'app');
    if (app?.state?.running !== undefined) {
      const id = await inspectorId(connect).catch(() => undefined);
      if (id !== undefined) return id;
    }
    const phase = found?.status?.phase;
    const isOver = phase === 'Failed' || phase === 'Succeeded' || performance.now() > end;
    if (isOver) {
      const waiting = app?.state?.waiting?.message ?? app?.state?.waiting?.reason ?? phase ?? 'gone';
      const log = await podLog(api, stack, { pod, container: 'app' });
      throw new UserError(`pod ${pod} has no inspector: ${waiting}${log === '' ? '' : `\n${log}`}`);
    }
    await pause(300, signal);
  }
}

/** Returns when the session ends; throws when the pod has ended on its own. */
async function untilEnd(api: KubeApi, path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const phase = (await api.get<Pod>(path))?.status?.phase;
    if (phase !== 'Running') throw new UserError(`the pod has ended: ${phase ?? 'deleted'}`);
    await pause(2000, signal).catch(() => undefined);
  }
}

async function readDeployment(api: KubeApi, settings: Settings, service: string): Promise<Json<V1Deployment>> {
  const deployment = await api.get<Json<V1Deployment>>(
    `/apis/apps/v1/namespaces/${settings.stack}/deployments/${service}`,
  );
  if (deployment === undefined) {
    const hint = nxCommand(settings, api.context, `run ${service}:deploy-kind`);
    throw new UserError(`${service} is not deployed in namespace ${settings.stack} of ${api.context}`, { hint });
  }
  if (deployment.spec?.template.metadata?.labels?.[SYNCED_LABEL] !== undefined) {
    throw new UserError(`watch mode has taken ${service} over: its pods run code that no image has`, {
      hint: 'end npx nx run deploy:dev-kind first',
    });
  }
  return deployment;
}

/** At once: a process at a breakpoint does not end on its own. */
async function deletePod(api: KubeApi, path: string): Promise<void> {
  const found = await api.get<Pod>(path);
  if (found === undefined) return;
  await api.send('DELETE', `${path}?gracePeriodSeconds=0`, { apiVersion: 'v1', kind: 'DeleteOptions' });
}

function portTaken(error: Error): never {
  throw new UserError(`no debugger can be served: ${describeError(error)}`, { hint: '--port 0 takes any free port' });
}

function refused(reason: string): UserError {
  return new UserError(`${reason}, and debuggers are let into development clusters alone`, {
    hint: 'npm start -- --inspect debugs processes of this machine',
  });
}
