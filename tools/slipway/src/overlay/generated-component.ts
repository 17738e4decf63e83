import { stringify } from 'yaml';
import type { DatabaseLogin } from '../contract/database-login.ts';
import type { Environment } from '../contract/resolve-environments.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import type { ImageName } from '../image/image-name.ts';
import { ENVIRONMENT_ANNOTATION } from '../manifests/labels.ts';
import { GENERATED, podsPatch, secretFile, secretFiles, secretsOf } from './secret-files.ts';
import { textHash } from './text-hash.ts';

export type ComponentInput = {
  stack: string;
  contracts: ServiceContract[];
  /** Name in the manifests (`order`, `postgres`) → what it stands for here. */
  images: Record<string, ImageName>;
  /** Service → whole environment in the cluster. */
  environments: Record<string, Environment>;
  /** Service with a database → the login that a new volume is made with. */
  databases: Record<string, DatabaseLogin>;
  /** Service → its assembled ConfigMap, fragment included. */
  configMaps: Record<string, string>;
};

/** The Component's files, relative to the workspace. Holds secrets: write them with mode PRIVATE. */
export function generatedComponent({
  stack,
  contracts,
  images,
  environments,
  databases,
  configMaps,
}: ComponentInput): Map<string, string> {
  const files = new Map<string, string>();
  const resources: string[] = [];
  const patches: object[] = [];
  for (const contract of contracts) {
    const { name } = contract;
    const secrets = secretsOf(contract, environments[name]!, databases[name]);
    for (const [path, text] of secretFiles(stack, name, secrets)) files.set(path, text);
    resources.push(...Object.keys(secrets).map(secretFile));
    const annotations = { [ENVIRONMENT_ANNOTATION]: textHash(configMaps[name]!) };
    patches.push(
      {
        target: { kind: 'Deployment', name },
        patch: stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name },
          spec: { template: { metadata: { annotations } } },
        }),
      },
      { path: podsPatch(name), target: { kind: 'Deployment', name } },
    );
  }
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources,
    images: Object.entries(images).map(([name, image]) => ({ name, ...image })),
    patches,
  };
  files.set(
    `${GENERATED}/kustomization.yaml`,
    `# Written by slipway: npx nx run deploy:assemble\n${stringify(kustomization)}`,
  );
  return files;
}
