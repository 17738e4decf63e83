import { CommandError } from '../core/failures.ts';
import { defaultClusterName, kindConfigFile } from '../core/paths.ts';
import { OFFICIAL_IMAGES } from '../core/versions.ts';
import { nodeImageName } from '../images/node/node-image.ts';
import { clusterState, markCreation, unmarkCreation } from './cluster-state.ts';
import { deriveKindConfig, readKindConfig, type ConfigWishes } from './kind-config.ts';
import { kind } from './kubectl.ts';

export async function createCluster(wishes: ConfigWishes, report: (detail: string) => void): Promise<void> {
  const { name, source } = wishes;
  const config = deriveKindConfig(await readKindConfig(), wishes);
  if ((await clusterState(name)).state === 'half-made') {
    report('removing what an interrupted creation has left');
    await deleteCluster(name);
  }
  const image = source === 'packages' ? nodeImageName() : OFFICIAL_IMAGES.kindNode;
  markCreation(name);
  await kind(['create', 'cluster', '--name', name, '--image', image, '--config', '-'], {
    input: config,
    onLine: (line) => report(stepOf(line)),
  }).catch((error: unknown) => {
    throw withCure(error, name);
  });
}

export async function deleteCluster(name: string): Promise<void> {
  await kind(['delete', 'cluster', '--name', name]);
  unmarkCreation(name);
}

function stepOf(line: string): string {
  return line
    .replace(/[^\p{L}\p{N} .,:;()/_"'@-]/gu, '')
    .trim()
    .slice(0, 60);
}

function withCure(error: unknown, name: string): unknown {
  if (!(error instanceof CommandError) || !/port is already allocated|address already in use/.test(error.output))
    return error;
  return new Error(
    `${error.message}\nA port that ${kindConfigFile} maps to this machine is taken. ` +
      `Cure: stop what listens there${name === defaultClusterName ? ', or use another cluster name (--name), which maps free ports' : ''}`,
  );
}
