import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { ContainerImage } from '../image/container-image.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { ENVIRONMENT_ANNOTATION, labelsOf } from '../manifests/labels.ts';

/** The git-ignored kustomize Component: what belongs to this machine and no reviewer. */
export const GENERATED = 'deploy/dev/generated';

export type ComponentInput = {
  stack: string;
  contracts: ServiceContract[];
  /** Name in the manifests (`order`, `postgres`) → image. */
  images: Record<string, ContainerImage>;
  /** Service → whole environment in the cluster. */
  environments: Record<string, Environment>;
  /** Service → its assembled ConfigMap, fragment included. */
  configMaps: Record<string, string>;
};

/** The Component's files, relative to the workspace. Holds secrets: write them with mode 0600. */
export function generatedComponent({
  stack,
  contracts,
  images,
  environments,
  configMaps,
}: ComponentInput): Map<string, string> {
  const files = new Map<string, string>();
  const secretGenerator: object[] = [];
  const patches: object[] = [];
  const addSecret = (owner: string, name: string, values: Environment) => {
    files.set(`${GENERATED}/${name}.env`, envFile(values));
    secretGenerator.push({
      name,
      namespace: stack,
      envs: [`${name}.env`],
      options: { labels: labelsOf(stack, owner, name) },
    });
  };
  for (const contract of contracts) {
    const { name, keys } = contract;
    const environment = environments[name]!;
    const secrets = Object.fromEntries(
      keys.filter((key) => key.secret).map((key) => [key.name, environment[key.name]!]),
    );
    addSecret(name, name, secrets);
    const urlKey = keys.find(({ source }) => source.kind === 'postgres-url')?.name;
    if (urlKey !== undefined) {
      addSecret(name, databaseName(name), {
        POSTGRES_PASSWORD: decodeURIComponent(new URL(environment[urlKey]!).password),
      });
    }
    patches.push({
      target: { kind: 'Deployment', name },
      patch: stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          template: {
            metadata: { annotations: { [ENVIRONMENT_ANNOTATION]: hashOf(configMaps[name], secrets) } },
          },
        },
      }),
    });
  }
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    images: Object.entries(images).map(([name, { repository, tag }]) => ({ name, newName: repository, newTag: tag })),
    generatorOptions: { disableNameSuffixHash: true },
    secretGenerator,
    patches,
  };
  files.set(
    `${GENERATED}/kustomization.yaml`,
    `# Written by slipway: npx nx run deploy:assemble\n${stringify(kustomization)}`,
  );
  return files;
}

function envFile(values: Environment): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function hashOf(...values: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
}
