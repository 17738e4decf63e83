import { describeError, messageOf, UserError } from '@slipway/util/errors';
import { applyObject } from '../kubernetes/apply/apply-object.ts';
import { type Session, type StackContext, type WatchedStack, withStack } from './context/deploy-context.ts';
import { withDeployLock } from './context/deploy-lock.ts';
import { followRollout } from './stages/follow-rollout.ts';
import { CHANGE_CAUSE_ANNOTATION } from '../kubernetes/labels.ts';
import { requireOwnNamespace } from './namespace/claim-namespace.ts';
import { failedState } from './report/failed-state.ts';
import { withStackView } from '../kubernetes/rollout/with-stack-view.ts';
import type { ServiceResult } from '../services/run-in-dependency-order.ts';
import { chooseRevision, formatRevisions, readRevisions, type Revision, type RevisedService } from './revisions.ts';

export type RollbackOptions = {
  context?: string;
  timeout: number;
  /** The revision to go back to, of the only service; default: the one before the present. */
  to?: number;
  /** List the revisions, and change nothing. */
  dryRun: boolean;
};

/**
 * Puts the pods of each service back to an earlier revision of its Deployment, as Kubernetes keeps it, and waits; lists the
 * revisions first. The database, its migrations and the ConfigMap stay: an older release runs against a newer schema. A
 * service without that revision fails, the others go on.
 */
export async function rollback(
  session: Session,
  services: string[],
  options: RollbackOptions,
): Promise<ServiceResult[]> {
  if (options.to !== undefined && services.length > 1) {
    throw new UserError(`--to is a revision of one service, and this rolls back ${services.join(', ')}`, {
      hint: 'name one service and add --excludeTaskDependencies',
    });
  }
  return withStack(session, options, async (stack) => {
    await requireOwnNamespace(stack.api, stack.settings);
    const each = (work: (service: string) => Promise<ServiceResult>) => Promise.all(services.map(work));
    if (options.dryRun) return each((service) => attempt(stack, service, options, () => Promise.resolve()));
    return withDeployLock(stack, () =>
      withStackView(stack, (watched) =>
        each((service) => attempt(watched, service, options, (choice) => rollBack(watched, service, choice))),
      ),
    );
  });
}

/** Of the Deployment. What is left out of an apply is given up, and falls back to what Kubernetes takes for usual. */
const KEPT = ['selector', 'replicas', 'strategy', 'revisionHistoryLimit', 'minReadySeconds', 'progressDeadlineSeconds'];

type Choice = RevisedService & { chosen: Revision };

/** Lists the revisions of the service, and carries out what is to be done with the chosen one. */
async function attempt(
  context: StackContext,
  service: string,
  { to, dryRun }: RollbackOptions,
  work: (choice: Choice) => Promise<void>,
): Promise<ServiceResult> {
  const { report } = context;
  try {
    const revised = await readRevisions(context, service);
    const chosen = chooseRevision(service, revised, to);
    report.block(service, 'diff', `revisions:\n${formatRevisions(revised.revisions, chosen)}`);
    await work({ ...revised, chosen });
    const message = `${dryRun ? 'would go back' : 'back'} to revision ${chosen.number}`;
    report.event(service, dryRun ? 'diff' : 'ready', message);
    return { service, status: 'success', message };
  } catch (error) {
    report.block(service, 'FAILED', describeError(error), failedState(error));
    return { service, status: 'failure', message: messageOf(error) };
  }
}

async function rollBack(context: WatchedStack, service: string, { live, chosen }: Choice): Promise<void> {
  const { api, stack, report } = context;
  const template = chosen.replicaSet.spec?.template;
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {};
  const kept = Object.fromEntries(Object.entries(live.spec ?? {}).filter(([field]) => KEPT.includes(field)));
  const annotations = chosen.cause === undefined ? {} : { [CHANGE_CAUSE_ANNOTATION]: chosen.cause };
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service, namespace: stack, labels: live.metadata.labels ?? {}, annotations },
    spec: { ...kept, template: { ...template, metadata: { ...template?.metadata, labels } } },
  };
  const path = `/apis/apps/v1/namespaces/${stack}/deployments/${service}`;
  const { object: applied } = await applyObject(api, path, object, { dryRun: false });
  report.event(service, 'apply', `back to revision ${chosen.number}`);
  const generation = Number(applied.metadata.generation);
  await followRollout(context, { kind: 'Deployment', name: service, generation });
}
