import { UserError } from '@slipway/util/errors';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { appliedFields } from '../../kubernetes/apply/managed-fields/applied-fields.ts';
import { applyObject } from '../../kubernetes/apply/apply-object.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL, PART_OF_LABEL, SECRET_ANNOTATION } from '../../kubernetes/labels.ts';
import { clusterSecrets, usable } from '../../manifests/overlay/declared-secrets.ts';
import { readSecrets } from '../../manifests/overlay/read-secrets.ts';
import { hashOf } from '../../manifests/overlay/secret-files.ts';
import type { WatchedStack } from '../../deploy/context/deploy-context.ts';
import { followRollout } from '../../deploy/stages/follow-rollout.ts';
import { DeadlineError } from '../../kubernetes/rollout/changes.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import { hasPodTemplate, withPodAnnotations } from '../../kubernetes/containers-of.ts';
import { isObject } from '../../util/json-object.ts';
import { known } from '../../util/known.ts';

/**
 * Makes every pod of the service have what its Secret says, and waits until it is ready and the old pods are gone: those
 * that are still stopping show the old values. Does nothing where that is so already. Throws RolloutError.
 */
export async function renewPods(context: WatchedStack, serviceSpec: ServiceSpec): Promise<void> {
  const { api, view, stack, timeoutMs, report } = context;
  const { name: service } = serviceSpec;
  const path = `/apis/apps/v1/namespaces/${stack}/deployments/${service}`;
  const [secrets, live] = await Promise.all([readSecrets(api, stack), api.get<KubernetesObject>(path)]);
  if (live === undefined) {
    const hint = `npx nx run ${service}:deploy-kind --context ${api.context}`;
    throw new UserError(`${service} is not deployed`, { hint });
  }
  const { environments } = usable(clusterSecrets([serviceSpec], secrets, { context: api.context, stack }));
  const hash = hashOf(known(environments, service));
  const isCurrent = hasPodTemplate(live) && live.spec.template.metadata?.annotations?.[SECRET_ANNOTATION] === hash;
  const applied = isCurrent
    ? live
    : (await applyObject(api, path, withHash(appliedFields(live), hash), { dryRun: false })).object;
  const workload = { kind: 'Deployment', name: service, generation: Number(applied.metadata.generation) } as const;
  await followRollout(context, workload);
  await untilOldPodsAreGone(view, service, timeoutMs);
  if (!isCurrent) report.event(service, 'ready', 'rolled out with the new values');
}

function withHash(applied: KubernetesObject, hash: string): KubernetesObject {
  // Where other managers have all of the Deployment, there is nothing yet to put the hash beside.
  const spec = isObject(applied.spec) ? applied.spec : {};
  const template = isObject(spec.template) ? spec.template : {};
  return withPodAnnotations({ ...applied, spec: { ...spec, template } }, { [SECRET_ANNOTATION]: hash });
}

async function untilOldPodsAreGone(view: StackView, service: string, timeoutMs: number): Promise<void> {
  const stopping = () =>
    [...view.pods.values()].filter(
      ({ metadata: { labels, deletionTimestamp } }) =>
        labels?.[NAME_LABEL] === service && labels[PART_OF_LABEL] === view.stack && deletionTimestamp !== undefined,
    );
  const areGone = () => (stopping().length === 0 ? true : undefined);
  await view.until(areGone, timeoutMs).catch((error: unknown) => {
    if (!(error instanceof DeadlineError)) throw error;
    const names = stopping().map(({ metadata }) => metadata.name);
    throw new UserError(`${service}: old pods have not ended after ${timeoutMs / 1000} s: ${names.join(', ')}`);
  });
}
