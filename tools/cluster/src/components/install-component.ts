import { kubectl } from '../cluster/kubectl.ts';
import { componentManifest } from './component-manifest.ts';
import type { Component } from './component.ts';

const DEADLINE_S = 120;

/** Applies the manifest and waits until its pods run. */
export async function installComponent(
  cluster: string,
  component: Component,
  image: string,
  report: (detail: string) => void,
): Promise<void> {
  report('applying its manifest');
  const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager=slipway-cluster', '-f', '-'];
  await kubectl(cluster, apply, { input: componentManifest(component, image) });
  report('waiting for its pods');
  const workload = `${component.workload.toLowerCase()}/${component.name}`;
  const wait = ['rollout', 'status', workload, '--namespace=kube-system', `--timeout=${DEADLINE_S}s`];
  await kubectl(cluster, [...wait, '--request-timeout=0'], { timeoutMs: (DEADLINE_S + 10) * 1000 });
}
