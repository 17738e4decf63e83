import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { containersOf } from '../../kubernetes/containers-of.ts';

/** The images that the workloads name, each once. */
export function imageNames(objects: KubernetesObject[]): string[] {
  return [...new Set(objects.flatMap(containersOf).map(({ image }) => String(image)))];
}

/** The objects with each image that `references` knows by its name in the manifests (`order`) replaced. */
export function pinImages(objects: KubernetesObject[], references: Record<string, string>): KubernetesObject[] {
  return objects.map((object) => {
    const pinned = structuredClone(object);
    for (const container of containersOf(pinned)) {
      const reference = references[String(container.image)];
      if (reference !== undefined) container.image = reference;
    }
    return pinned;
  });
}
