import { stringify } from 'yaml';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';

/** Path of the object below deploy/base: one object per file. `service` is undefined for what belongs to the stack. */
export function objectPath(object: KubernetesObject, service: string | undefined): string {
  const kind = object.kind.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  if (service === undefined) return `${kind}.yaml`;
  const { name } = object.metadata;
  return name === service ? `${service}/${kind}.yaml` : `${service}/${name.slice(service.length + 1)}-${kind}.yaml`;
}

/** The object as YAML, with a first line that says where it comes from. */
export function objectText(object: KubernetesObject, source: string): string {
  // Version 1.1 quotes what Kubernetes' YAML would read as a boolean: y, no, on, …
  const yaml = stringify(object, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
  return `# Assembled from ${source}. Edit that, then: npx nx run deploy:assemble\n${yaml}`;
}
