import { UserError } from '@slipway/util/errors';
import { deploy } from '../../deploy/deploy.ts';
import { requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { rollback } from '../../deploy/rollback.ts';
import { restartPods } from '../../deploy/stages/restart-pods.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { podRequest } from '../../kubernetes/client/pod-request.ts';
import { deployTarget } from '../../kubernetes/client/target.ts';
import { managementPort } from '../../kubernetes/rollout/failing-checks.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import { requireDevelopmentCluster } from '../../operate/database/require-development-cluster.ts';
import { resetDatabase } from '../../operate/database/reset-database.ts';
import type { ServiceResult } from '../../services/run-in-dependency-order.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { LOG_LEVEL_S } from './log-level-s.ts';
import { noteReporter } from './note-reporter.ts';
import type { StackAction } from './page-action.ts';
import { seedStack } from './seed-stack.ts';

const TIMEOUT_S = 180;

type Scope = { api: KubeApi; view: StackView; settings: Settings };

/** Does what a button asks of a stack in a cluster, by what the targets of Nx do. Throws UserError when it does not work. */
export async function clusterAct(
  { api, view, settings }: Scope,
  action: StackAction,
  { signal, note }: { signal: AbortSignal; note: (line: string) => void },
): Promise<void> {
  const session = { settings, signal, report: noteReporter(note) };
  const options = { context: api.context, timeout: TIMEOUT_S };
  const { stack, workspaceRoot } = settings;
  // The stack of another workspace may have the same name.
  await requireOwnNamespace(api, settings);
  switch (action.kind) {
    case 'restart':
      return restartPods({ ...session, api, stack, timeoutMs: TIMEOUT_S * 1000 }, action.service);
    case 'stop': {
      // Only what Start can bring back.
      deployTarget(settings.cluster, { context: api.context });
      const path = `/apis/apps/v1/namespaces/${stack}/deployments/${action.service}/scale?fieldManager=kubectl-scale`;
      await api.send('PATCH', path, { spec: { replicas: 0 } }, 'application/merge-patch+json');
      return note(`${action.service} is scaled to no pod; Start deploys it again`);
    }
    case 'start':
    case 'redeploy': {
      const { services } = await deploy(session, [action.service], { ...options, force: true });
      return requireSuccess(services);
    }
    case 'rollback':
      return requireSuccess(await rollback(session, [action.service], { ...options, to: action.to, dryRun: false }));
    case 'reset': {
      // The page has asked.
      const isReady = await resetDatabase({ ...session, ask: () => Promise.resolve() }, action.service, options);
      if (!isReady) throw new UserError(`${action.service} has an empty database and is not ready`);
      return;
    }
    case 'log-level':
      return changeLogLevel({ api, view, settings }, action, note);
    case 'seed':
      await requireDevelopmentCluster(
        api,
        (reason) => new UserError(`only development clusters are seeded: ${reason}`),
      );
      return seedStack(workspaceRoot, { args: ['--context', api.context] }, { signal, note });
  }
}

async function changeLogLevel(
  { api, view, settings }: Scope,
  { service, level }: Extract<StackAction, { kind: 'log-level' }>,
  note: (line: string) => void,
): Promise<void> {
  const pods = podsOf(view, service).flatMap((pod) => {
    const port = managementPort(pod);
    return port === undefined ? [] : [{ pod: pod.metadata.name, port }];
  });
  if (pods.length === 0) throw new UserError(`no pod of ${service} runs that has a management port`);
  const body = { level, forSeconds: LOG_LEVEL_S };
  const changed = await Promise.all(
    pods.map(async ({ pod, port }) => {
      const { status } = await podRequest(api, { namespace: settings.stack, pod, port, path: '/log-level', body });
      if (status !== 200) throw new UserError(`${pod} answers ${status} to PUT /log-level`);
      return pod;
    }),
  );
  note(`${level}: ${changed.join(', ')}`);
}

function requireSuccess(results: ServiceResult[]): void {
  const failed = results.filter(({ status }) => status !== 'success');
  if (failed.length > 0) throw new UserError(failed.map(({ service, message }) => `${service}: ${message}`).join('\n'));
}
