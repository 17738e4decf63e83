import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { containersOf, hasPodTemplate } from '../../kubernetes/containers-of.ts';

const VERSION_LABEL = 'app.kubernetes.io/version';

/**
 * The objects with `app.kubernetes.io/version` on each workload of ours and its pods: the first 16 hex digits of its image's
 * digest. `references`: a service's name in the manifests → its image by digest.
 */
export function withVersionLabels(objects: KubernetesObject[], references: Record<string, string>): KubernetesObject[] {
  return objects.map((object) => {
    const [first] = containersOf(object).flatMap(({ image }) => references[String(image)] ?? []);
    const [, version] = /@sha256:([0-9a-f]{16})/.exec(first ?? '') ?? [];
    if (version === undefined || !hasPodTemplate(object)) return object;
    const labelled = structuredClone(object);
    labelled.metadata.labels = { ...labelled.metadata.labels, [VERSION_LABEL]: version };
    const { template } = labelled.spec;
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [VERSION_LABEL]: version } };
    return labelled;
  });
}
