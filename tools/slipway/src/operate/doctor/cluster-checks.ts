import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { baseImage } from '../../images/base-image.ts';
import { contextName } from '../../kubernetes/client/target.ts';
import { clusterCommand } from '../../util/commands.ts';
import { KIND_CONFIG, readSettings } from '../../util/workspace/settings.ts';
import type { Finding, Machine } from './finding.ts';

type KindConfig = { nodes?: { extraPortMappings?: { hostPort?: number }[] }[] };

/** kubectl, the cluster, its ports on this machine and the images that services are built on. */
export async function checkCluster(workspaceRoot: string, machine: Machine): Promise<Finding[]> {
  const { cluster } = readSettings(workspaceRoot);
  const up = clusterCommand('up', '--name', cluster);
  const kubectl = await machine.output('kubectl', 'version', '--client', '-o', 'json');
  const client: Finding =
    kubectl === undefined
      ? { check: 'kubectl', state: 'problem', message: 'kubectl does not run', hint: up }
      : { check: 'kubectl', state: 'ok', message: 'kubectl runs' };
  const context = contextName(cluster, undefined);
  const server = await machine.output(
    'kubectl',
    '--context',
    context,
    '--request-timeout=5s',
    'get',
    'nodes',
    '-o',
    'name',
  );
  const target: Finding =
    server === undefined
      ? { check: 'cluster', state: 'problem', message: `no cluster answers as ${context}`, hint: up }
      : { check: 'cluster', state: 'ok', message: `cluster ${cluster} answers` };
  const ports = server === undefined ? await checkPorts(workspaceRoot, machine) : [];
  return [client, target, ...ports, await checkBaseImage()];
}

/** Before the cluster is there: its own node has the ports later. */
async function checkPorts(workspaceRoot: string, { isPortFree }: Machine): Promise<Finding[]> {
  const { nodes = [] } = parse(readFileSync(join(workspaceRoot, KIND_CONFIG), 'utf8')) as KindConfig;
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
