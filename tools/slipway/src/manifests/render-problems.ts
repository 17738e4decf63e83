import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { kubernetesSchema } from './schema/kubernetes-schema.ts';
import { validateObject } from './schema/validate-object.ts';

/**
 * What Kubernetes' schema does not allow in an object of an overlay. Kinds of other APIs (Gateway API, External Secrets) are
 * left to the cluster: their schemas are in its CustomResourceDefinitions.
 */
export function renderProblems(file: string, object: KubernetesObject): Problem[] {
  if (!isOfKubernetes(object)) return [];
  const key = `${object.kind}/${object.metadata.name}`;
  return validateObject(object).map(({ path, message, hint }) => ({
    file,
    key: `${key} ${path.join('.')}`,
    message,
    hint,
  }));
}

function isOfKubernetes({ apiVersion, kind }: KubernetesObject): boolean {
  const types = Object.keys(kubernetesSchema.kinds).map((type) => type.split(' '));
  return types.some(([known = '', ofKind]) => groupOf(known) === groupOf(apiVersion) || ofKind === kind);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
