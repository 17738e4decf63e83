import type { DatabaseLogin } from '../services/database-login.ts';
import { adoptLogin, retireOtherLogins } from './database/adopt-login.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { workloadState } from '../kubernetes/rollout/workload-state.ts';
import type { PlannedObject } from '../kubernetes/apply/plan.ts';
import { requestNewPods } from './restart-pods.ts';
import type { WorkContext } from './work-context.ts';

/** Makes an old database know the login that its service uses: `begin` when it runs, `end` when the service does. */
export type DatabaseAdoption = {
  begin: () => Promise<void>;
  /** The objects to apply; with pods that are new although nothing else of them changes. */
  withNewPods: (ofService: PlannedObject[]) => Promise<PlannedObject[]>;
  end: () => Promise<void>;
};

/**
 * The Secrets that opened the volume may be lost, or a login in them made up by whoever did not know the volume. Asked
 * only where that can be: a Secret is written, or the service does not serve. `own`: the service's objects.
 */
export function databaseAdoption(
  { api, view, stack, report }: WorkContext,
  service: string,
  own: PlannedObject[],
  login: DatabaseLogin,
): DatabaseAdoption {
  const pod = { context: api.context, stack, service };
  let isAdopted = false;
  const isSuspect = () =>
    own.some(({ object, outcome }) => object.kind === 'Secret' && outcome !== 'unchanged') ||
    workloadState(view, { kind: 'Deployment', name: service, generation: 0 }).state !== 'ready';
  return {
    begin: async () => {
      if (!isSuspect()) return;
      isAdopted = await adoptLogin(pod, login);
      if (!isAdopted) return;
      const what = `its volume did not know the login ${login.user} of the Secret: the password is set in the database`;
      report.event(databaseName(service), 'apply', what);
    },
    withNewPods: async (ofService) => {
      if (!isAdopted) return ofService;
      return Promise.all(
        ofService.map(async (planned) => {
          const isWaiting = planned.object.kind === 'Deployment' && planned.outcome === 'unchanged';
          return isWaiting ? { ...planned, generation: await requestNewPods(api, stack, service) } : planned;
        }),
      );
    },
    end: async () => {
      if (isAdopted) await retireOtherLogins(pod, login);
    },
  };
}
