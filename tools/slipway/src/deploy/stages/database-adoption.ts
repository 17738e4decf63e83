import { workloadState } from '../../kubernetes/rollout/workload-state.ts';
import type { PlannedObject } from '../../kubernetes/apply/plan.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { DatabaseLogin } from '../../services/database-login.ts';
import { adoptLogin } from '../database/adopt-login.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import { requestNewPods } from './restart-pods.ts';

/**
 * Makes an old database know the login that its service uses, once it runs: the Secrets that opened its volume may be
 * lost, or generated without knowing the volume. Asked only where that can be: a Secret is written, or the service is not
 * ready. Resolves with whether it was needed.
 */
export async function adoptDatabase(
  context: DeployContext,
  { service, planned, oldLogin }: { service: string; planned: PlannedObject[]; oldLogin: DatabaseLogin },
): Promise<boolean> {
  const { api, view, stack, report } = context;
  const isSuspect =
    planned.some(({ object, outcome }) => object.kind === 'Secret' && outcome !== 'unchanged') ||
    workloadState(view, { kind: 'Deployment', name: service, generation: 0 }).state !== 'ready';
  if (!isSuspect) return false;
  const isAdopted = await adoptLogin({ context: api.context, stack, service }, oldLogin);
  if (!isAdopted) return false;
  const what = `its volume did not know the login ${oldLogin.user} of the Secret: the password is set in the database`;
  report.event(databaseName(service), 'apply', what);
  return true;
}

/** The objects to apply after an adoption: with pods that are new although nothing else of them changes. */
export async function withNewPods(
  { api, stack }: Pick<DeployContext, 'api' | 'stack'>,
  service: string,
  planned: PlannedObject[],
): Promise<PlannedObject[]> {
  return Promise.all(
    planned.map(async (object) => {
      const isWaiting = object.object.kind === 'Deployment' && object.outcome === 'unchanged';
      return isWaiting ? { ...object, generation: await requestNewPods(api, stack, service) } : object;
    }),
  );
}
