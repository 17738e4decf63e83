import { createHash } from 'node:crypto';
import { UserError } from '@slipway/util/errors';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { NAME_LABEL, SYNCED_LABEL } from '../../kubernetes/labels.ts';
import { isKind, type ObjectOf } from '../../kubernetes/kinds.ts';

/** Where the runner listens in a pod: on its loopback. */
export const RUNNER_PORT = 9797;
const CODE_FOLDER = '/slipway/code';
const RUNNER_FOLDER = '/slipway/runner';
const SCRIPT = 'runner.mjs';
/** For the runner, and for the moment in which the old process and the new one both live. */
const MEMORY_LIMIT = '768Mi';

/**
 * The objects of `service` as watch mode wants them: its pods run the same image under the runner, which takes new code
 * into an emptyDir, and are marked. Everything that hardens a pod stays.
 */
export function devPatch(objects: KubernetesObject[], service: string, script: string): KubernetesObject[] {
  // The hash makes new pods when the runner is another.
  const name = `${service}-dev-runner-${createHash('sha256').update(script).digest('hex').slice(0, 8)}`;
  return objects.flatMap((object) => {
    if (!isKind(object, 'Deployment') || object.metadata.name !== service) return [object];
    const { namespace, ...metadata } = object.metadata;
    const labels = { ...metadata.labels, [NAME_LABEL]: name, [SYNCED_LABEL]: 'true' };
    const runner: KubernetesObject & { data: Record<string, string> } = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) },
      data: { [SCRIPT]: script },
    };
    return [runner, patchedDeployment(object, name)];
  });
}

function patchedDeployment(deployment: ObjectOf<'Deployment'>, runner: string): KubernetesObject {
  const patched = structuredClone(deployment);
  const template = patched.spec?.template;
  const spec = template?.spec;
  const app = spec?.containers.find(({ name }) => name === 'app');
  const program = [...(app?.command ?? []), ...(app?.args ?? [])];
  if (template === undefined || spec === undefined || app === undefined || program[0] !== 'node') {
    throw new UserError(
      `Deployment/${deployment.metadata.name}: watch mode needs a container "app" that runs node, this one runs: ${program.join(' ')}`,
    );
  }
  delete app.command;
  app.args = ['node', `${RUNNER_FOLDER}/${SCRIPT}`, CODE_FOLDER, String(RUNNER_PORT), ...program];
  app.volumeMounts = [
    ...(app.volumeMounts ?? []),
    { name: 'dev-code', mountPath: CODE_FOLDER },
    { name: 'dev-runner', mountPath: RUNNER_FOLDER, readOnly: true },
  ];
  app.resources = { ...app.resources, limits: { ...app.resources?.limits, memory: MEMORY_LIMIT } };
  spec.volumes = [
    ...(spec.volumes ?? []),
    { name: 'dev-code', emptyDir: { sizeLimit: '128Mi' } },
    { name: 'dev-runner', configMap: { name: runner } },
  ];
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [SYNCED_LABEL]: 'true' } };
  patched.metadata.labels = { ...patched.metadata.labels, [SYNCED_LABEL]: 'true' };
  return patched;
}
