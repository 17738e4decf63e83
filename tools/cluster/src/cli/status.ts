import { printable, printableJson } from '@slipway/util/printable';
import { policyRecipe } from '../addons/kube-router.ts';
import { clusterState } from '../cluster/cluster-state.ts';
import type { Readiness } from '../cluster/evaluate-readiness.ts';
import { type ExposedService, exposedServices } from '../cluster/exposed-services.ts';
import { contextOf } from '../cluster/kubectl.ts';
import { readiness } from '../cluster/readiness.ts';
import { self } from '../core/paths.ts';
import { findEngine } from '../engine/find-engine.ts';
import { BASE_IMAGES, layoutFolder, presentRef } from '../images/base/base-images.ts';
import { kindBinary, kubectlBinary } from '../packages/binaries/binaries.ts';
import { hasBinaries } from '../packages/binaries/ensure-binaries.ts';
import type { Options } from './options.ts';

type Status = {
  engine: string;
  cluster: { name: string; context: string; state: string } & Readiness;
  /** What is reached from this machine; null when that cannot be asked. */
  exposed: ExposedService[] | null;
  images: Record<string, { ref: string; layout: string } | null>;
  tools: { kubectl: string; kind: string } | null;
};

/** Exit code 0 means that the cluster can take work. */
export async function status({ name, json }: Options): Promise<number> {
  const found = await gather(name);
  process.stdout.write(json ? `${asJson(found)}\n` : printable(asText(found)));
  return found.cluster.state === 'ready' ? 0 : 1;
}

function asJson(found: Status): string {
  return JSON.stringify(found, null, 2).split('\n').map(printableJson).join('\n');
}

async function gather(name: string): Promise<Status> {
  const engine = await findEngine();
  const containers = engine.state === 'running' ? await clusterState(name) : { state: 'unknown' as const };
  const canAsk = containers.state === 'running' && hasBinaries();
  const answer = canAsk ? await readiness(name, policyRecipe()) : { waitingFor: [], nodes: [], policies: null };
  const isReady = canAsk && answer.waitingFor.length === 0;
  const state = containers.state !== 'running' ? containers.state : isReady ? 'ready' : 'not ready';
  const nodes = containers.state === 'running' ? containers.nodes.map((node) => node.name) : [];
  const exposed = canAsk ? await exposedServices(name, nodes).catch(() => null) : null;
  const refs = await Promise.all(BASE_IMAGES.map(presentRef));
  const images = BASE_IMAGES.map((image, index) => {
    const ref = refs[index];
    return [image, ref ? { ref, layout: layoutFolder(image) } : null] as const;
  });
  return {
    engine: engine.state === 'running' ? `running (${engine.version})` : engine.state,
    cluster: { name, context: contextOf(name), state, ...answer },
    exposed,
    images: Object.fromEntries(images),
    tools: hasBinaries() ? { kubectl: kubectlBinary, kind: kindBinary } : null,
  };
}

function asText({ engine, cluster, exposed, images, tools }: Status): string {
  const lines = [
    `engine    ${engine}`,
    `cluster   ${cluster.name}: ${cluster.state} (context ${cluster.context})`,
    ...cluster.waitingFor.map((what) => `          waiting for ${what}`),
    ...cluster.nodes.map((node) => `          ${node.name} ${node.version} ${node.ready ? 'Ready' : 'not ready'}`),
    ...(cluster.nodes.length > 0 ? policyLines(cluster.policies) : []),
    ...(exposed ?? []).map(({ namespace, name, url }) => `address   ${url} (service ${name} in ${namespace})`),
    ...Object.entries(images).map(([name, image]) => `image     ${name}: ${image ? image.ref : 'missing'}`),
    `tools     ${tools ? `${tools.kubectl}, ${tools.kind}` : 'missing'}`,
  ];
  return `${lines.join('\n')}\n`;
}

function policyLines(policies: Readiness['policies']): string[] {
  const update = `          → ${self} up`;
  if (!policies) return ['policies  NetworkPolicies are NOT enforced (a cluster of an older recipe)', update];
  const line = `policies  NetworkPolicies are enforced by ${policies.by}`;
  return policies.isCurrent ? [line] : [`${line} of an older recipe`, update];
}
