import { kubectl } from '../cluster/kubectl.ts';
import { componentManifest } from './component-manifest.ts';
import type { Component } from './component.ts';

const DEADLINE_S = 120;
const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=slipway-cluster', '-f', '-'];

/** Applies the manifest and waits until it works. */
export async function installComponent(
  cluster: string,
  component: Component,
  image: string,
  report: (detail: string) => void,
): Promise<void> {
  const { workload, apis } = componentManifest(component, image);
  report('applying its manifest');
  await kubectl(cluster, APPLY, { input: workload });
  report('waiting for its pods');
  const named = `${component.workload.toLowerCase()}/${component.name}`;
  await waitFor(cluster, ['rollout', 'status', named, '--namespace=kube-system']);
  if (apis === undefined) return;
  // Not before: the API server would meet whatever else answers at the Service's address, and keep that connection.
  report('announcing its API');
  await kubectl(cluster, APPLY, { input: apis });
  await waitFor(cluster, ['wait', '--for=condition=Available', '--filename=-'], apis);
}

function waitFor(cluster: string, what: string[], input?: string): Promise<string> {
  const limits = [`--timeout=${DEADLINE_S}s`, '--request-timeout=0'];
  return kubectl(cluster, [...what, ...limits], {
    timeoutMs: (DEADLINE_S + 10) * 1000,
    ...(input === undefined ? {} : { input }),
  });
}
