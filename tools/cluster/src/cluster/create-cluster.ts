import { CommandError, UserError } from '@slipway/util/errors';
import { defaultClusterName, kindConfigFile } from '../core/paths.ts';
import type { Report } from '../core/steps.ts';
import { OFFICIAL_IMAGES } from '../core/versions.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import { clusterState, markCreation } from './cluster-state.ts';
import { deleteCluster } from './delete-cluster.ts';
import { type ConfigOptions, deriveKindConfig, readKindConfig } from './kind-config.ts';
import { kind } from './kubectl.ts';

export async function createCluster(options: ConfigOptions, report: Report): Promise<void> {
  const { name, source } = options;
  const config = deriveKindConfig(await readKindConfig(), options);
  if ((await clusterState(name)).state === 'half-made') {
    report('removing the nodes of an interrupted creation');
    await deleteCluster(name);
  }
  const image = source === 'packages' ? nodeImageName() : OFFICIAL_IMAGES.kindNode;
  markCreation(name);
  await kind(['create', 'cluster', '--name', name, '--image', image, '--config', '-'], {
    input: config,
    onLine: (line) => report(plainText(line)),
  }).catch((error: unknown) => {
    throw withHint(error, name);
  });
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
