import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check } from 'typebox/schema';
import { parse } from 'yaml';
import { baseImage } from '../../images/base-image.ts';
import { contextName } from '../../kubernetes/client/target.ts';
import { clusterCommand } from '../../util/commands.ts';
import { kindConfigSchema } from '../../util/workspace/kind-config-schema.ts';
import { KIND_CONFIG, readSettings } from '../../util/workspace/settings.ts';
import type { Finding, Machine } from './finding.ts';

type KindConfig = { nodes?: { extraPortMappings?: { hostPort?: number }[] }[] };

/** kubectl, the cluster, its ports on this machine, the images that services are built on, and what an end left over. */
export async function checkCluster(workspaceRoot: string, machine: Machine): Promise<Finding[]> {
  const { cluster } = readSettings(workspaceRoot);
  const up = clusterCommand('up', '--name', cluster);
  const context = contextName(cluster, undefined);
  const kubectl = await machine.output('kubectl', 'version', '--client', '-o', 'json');
  if (kubectl === undefined) {
    const ports = await checkPorts(workspaceRoot, machine);
    const lacking: Finding = { check: 'kubectl', state: 'problem', message: 'kubectl does not run', hint: up };
    return [lacking, ...ports, await checkBaseImage()];
  }
  const server = await machine.output('kubectl', '--context', context, '--request-timeout=5s', 'version', '-o', 'json');
  const leftovers = await checkLeftovers(cluster, context, machine);
  const target: Finding =
    server === undefined
      ? { check: 'cluster', state: 'problem', message: `no cluster answers as ${context}`, hint: up }
      : { check: 'cluster', state: 'ok', message: `cluster ${cluster} answers` };
  return [
    { check: 'kubectl', state: 'ok', message: 'kubectl runs' },
    // A stopped node is why it does not answer, and has another fix.
    ...(server === undefined && leftovers.some(({ state }) => state === 'problem') ? [] : [target]),
    ...(server === undefined ? await checkPorts(workspaceRoot, machine) : checkSkew(server)),
    ...(server === undefined ? [] : await checkContext(context, machine)),
    ...leftovers,
    await checkBaseImage(),
  ];
}

/** kubectl is made for servers of its own minor version and the ones beside it. */
function checkSkew(versions: string): Finding[] {
  const minor = (of: 'clientVersion' | 'serverVersion') =>
    Number.parseInt((JSON.parse(versions) as Record<string, { minor?: string } | undefined>)[of]?.minor ?? '', 10);
  const [client, server] = [minor('clientVersion'), minor('serverVersion')];
  if (!(Math.abs(client - server) > 1)) return [];
  const message = `kubectl is of Kubernetes 1.${client}, the cluster of 1.${server}`;
  return [{ check: 'kubectl', state: 'note', message, hint: `put a kubectl of 1.${server} first into PATH` }];
}

/** slipway always names its context; people who type kubectl do not. */
async function checkContext(context: string, { output }: Machine): Promise<Finding[]> {
  const current = (await output('kubectl', 'config', 'current-context'))?.trim();
  if (current === undefined || current === '' || current === context) return [];
  const message = `kubectl by itself talks to ${current}; slipway talks to ${context}`;
  return [{ check: 'context', state: 'note', message, hint: `kubectl config use-context ${context}` }];
}

/** Nodes that are stopped, and contexts of clusters of kind that are gone. */
async function checkLeftovers(cluster: string, context: string, { output }: Machine): Promise<Finding[]> {
  const label = 'io.x-k8s.kind.cluster';
  const listed = await output(
    'docker',
    'ps',
    '-a',
    '--filter',
    `label=${label}`,
    '--format',
    `{{.Label "${label}"}} {{.State}} {{.Names}}`,
  );
  if (listed === undefined) return [];
  const nodes = listed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' '));
  const stopped = nodes.filter(([of, state]) => of === cluster && state !== 'running').map(([, , name]) => name);
  const contexts = ((await output('kubectl', 'config', 'get-contexts', '-o', 'name')) ?? '').split('\n');
  const gone = contexts.filter(
    (name) => name.startsWith('kind-') && name !== context && !nodes.some(([of]) => name === `kind-${of}`),
  );
  return [
    ...(stopped.length === 0
      ? []
      : [
          {
            check: 'leftovers',
            state: 'problem' as const,
            message: `nodes of the cluster are stopped: ${stopped.join(', ')}`,
            hint: clusterCommand('up', '--name', cluster),
          },
        ]),
    ...gone.map((name) => ({
      check: 'leftovers',
      state: 'note' as const,
      message: `the context ${name} is of a cluster that is gone`,
      hint: `kubectl config delete-context ${name}`,
    })),
  ];
}

/** Before the cluster is there: its own node has the ports later. */
async function checkPorts(workspaceRoot: string, { isPortFree }: Machine): Promise<Finding[]> {
  const config: unknown = parse(readFileSync(join(workspaceRoot, KIND_CONFIG), 'utf8'));
  // What is wrong with it has been said.
  if (!Check(kindConfigSchema, config)) return [];
  const { nodes = [] } = config as KindConfig;
  const ports = nodes.flatMap(({ extraPortMappings = [] }) =>
    extraPortMappings.flatMap(({ hostPort }) => hostPort ?? []),
  );
  return Promise.all(
    ports.map(async (port): Promise<Finding> => {
      if (await isPortFree(port)) return { check: 'ports', state: 'ok', message: `port ${port} is free` };
      const hint = `stop what listens there, or write another hostPort into ${KIND_CONFIG}`;
      return { check: 'ports', state: 'problem', message: `port ${port} is taken, and the cluster wants it`, hint };
    }),
  );
}

async function checkBaseImage(): Promise<Finding> {
  try {
    await baseImage('node');
    return { check: 'images', state: 'ok', message: 'the image that services are built on is in the cache' };
  } catch {
    const message = 'the image that services are built on is not in the cache';
    return { check: 'images', state: 'problem', message, hint: clusterCommand('images') };
  }
}
