import { CommandError, UserError } from '@slipway/util/errors';
import { defaultClusterName, kindConfigFile } from '../core/paths.ts';
import type { Release } from '../core/releases.ts';
import { run } from '../core/run.ts';
import type { Report } from '../core/steps.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import { kindOf } from '../packages/binaries/binaries.ts';
import { clusterState, markCreation } from './cluster-state.ts';
import { deleteCluster } from './delete-cluster.ts';
import { type ConfigOptions, deriveKindConfig, readKindConfig } from './kind-config.ts';

export type ClusterOptions = Omit<ConfigOptions, 'acceptCgroupV1'> & { release: Release };

export async function createCluster(options: ClusterOptions, report: Report): Promise<void> {
  const { name, source, release } = options;
  const config = deriveKindConfig(await readKindConfig(), {
    ...options,
    acceptCgroupV1: needsAcceptance(release) && (await isCgroupV1()),
  });
  if ((await clusterState(name)).state === 'half-made') {
    report('removing the nodes of an interrupted creation');
    await deleteCluster(name);
  }
  const image = source === 'packages' ? nodeImageName(release) : release.kindNode;
  markCreation(name);
  await run([kindOf(release), 'create', 'cluster', '--name', name, '--image', image, '--config', '-'], {
    input: config,
    onLine: (line) => report(plainText(line)),
  }).catch((error: unknown) => {
    throw withHint(error, name);
  });
}

/** From 1.35 on, the kubelet does not start on a machine with cgroup v1 unless it is told to. */
function needsAcceptance({ kubernetes }: Release): boolean {
  return Number(kubernetes.split('.')[1]) >= 35;
}

/** As the engine sees it: it may run in a virtual machine. */
async function isCgroupV1(): Promise<boolean> {
  return (await run(['docker', 'info', '--format', '{{.CgroupVersion}}'])).trim() === '1';
}

/** A line of kind without its symbols. */
function plainText(line: string): string {
  return line
    .replace(/[^\p{L}\p{N} .,:;()/_"'@-]/gu, '')
    .trim()
    .slice(0, 60);
}

function withHint(error: unknown, name: string): unknown {
  const isPortTaken = /port is already allocated|address already in use/;
  if (!(error instanceof CommandError) || !isPortTaken.test(error.output)) return error;
  const otherName = name === defaultClusterName ? ', or use another cluster name (--name), which maps free ports' : '';
  return new UserError(`${error.message}\nA port that ${kindConfigFile} maps to this machine is taken.`, {
    hint: `stop the program that listens there${otherName}`,
    cause: error,
  });
}
