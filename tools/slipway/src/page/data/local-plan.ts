import { describeError } from '@slipway/util/errors';
import { hideValue } from '@slipway/util/secret-mask';
import type { LocalService } from '../../dev/local/local-service.ts';
import { collectServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { LocalStack } from './local-stack.ts';

/** `problem`: why the services are those of an earlier reading. */
export type LocalPlan = { services: LocalService[]; specs: ServiceSpec[]; problem?: string };

/** How long the plan of the services is taken for true, ms. */
const PLAN_MS = 10_000;

/** The services as the working tree plans them; read again once it may have changed. */
export function createPlanReader({ workspaceRoot, services }: LocalStack): () => Promise<LocalPlan> {
  let plan: (LocalPlan & { at: number }) | undefined;
  return async () => {
    if (plan !== undefined && Date.now() - plan.at < PLAN_MS) return plan;
    const { serviceSpecs } = await collectServiceSpecs(workspaceRoot);
    // A broken edit must not hide the running services.
    const found = await services().then(
      (read) => ({ services: read }),
      (error: unknown) => ({ services: plan?.services ?? [], problem: describeError(error) }),
    );
    plan = { at: Date.now(), specs: serviceSpecs, ...found };
    hideSecrets(plan.specs, plan.services);
    return plan;
  };
}

function hideSecrets(specs: ServiceSpec[], services: LocalService[]): void {
  for (const { name, keys } of specs) {
    const environment = services.find((service) => service.name === name)?.environment ?? {};
    for (const key of keys) {
      const value = environment[key.name];
      if (key.secret && value !== undefined) hideValue(key.name, value);
    }
  }
}
