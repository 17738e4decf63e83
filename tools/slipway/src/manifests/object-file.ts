import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { yamlText } from './overlay/yaml-text.ts';

/** Path of the object below deploy/base: one object per file. `service` is undefined for what belongs to the stack. */
export function objectPath(object: KubernetesObject, service: string | undefined): string {
  const kind = object.kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  if (service === undefined) return `${kind}.yaml`;
  const { name } = object.metadata;
  return name === service ? `${service}/${kind}.yaml` : `${service}/${name.slice(service.length + 1)}-${kind}.yaml`;
}

/** The object as YAML, with a first line that says where it comes from. */
export function objectText(object: KubernetesObject, source: string): string {
  return `# Assembled from ${source}. Edit that, then: npx nx run deploy:assemble\n${yamlText(object)}`;
}
