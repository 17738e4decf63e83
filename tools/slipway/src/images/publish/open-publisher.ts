/**
 * Publishing: how images get from this machine to where a cluster's nodes find them. A Publisher has three implementations:
 * kind-nodes.ts imports archives into the nodes' containerd, imported-images.ts has k3d or minikube do that, registry.ts
 * pushes to an OCI registry.
 */
import type { Target } from '../../kubernetes/client/target.ts';
import type { Timeline } from '../../util/timeline.ts';
import { importedImages } from './imported-images.ts';
import { kindNodesPublisher } from './kind-nodes.ts';
import { dockerNodeStores } from './node-store.ts';
import type { Publisher } from './publisher.ts';
import { registryPublisher } from './registry.ts';

/** The publisher for a target. Nodes of kind are asked at once what they hold, while the images are still being built. */
export function openPublisher(target: Target, timeline: Timeline): Publisher {
  if ('registry' in target) return registryPublisher(target.registry, timeline);
  if ('program' in target) return importedImages(target, timeline);
  return kindNodesPublisher(dockerNodeStores(target.cluster), timeline);
}
