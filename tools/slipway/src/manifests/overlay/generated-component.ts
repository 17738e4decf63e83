import type { DatabaseLogin } from '../../services/database-login.ts';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { ImageName } from '../../images/image-name.ts';
import { ENVIRONMENT_ANNOTATION } from '../../kubernetes/labels.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { yamlText } from './yaml-text.ts';
import { podsPatch, secretFile, secretFiles, secretsOf } from './secret-files.ts';
import { textHash } from '../../util/text-hash.ts';
import { known } from '../../util/known.ts';

export type ComponentInput = {
  stack: string;
  serviceSpecs: ServiceSpec[];
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
  serviceSpecs,
  images,
  environments,
  databases,
  configMaps,
}: ComponentInput): Map<string, string> {
  const files = new Map<string, string>();
  const resources: string[] = [];
  const patches: object[] = [];
  for (const serviceSpec of serviceSpecs) {
    const { name } = serviceSpec;
    const secrets = secretsOf(serviceSpec, known(environments, name), databases[name]);
    for (const [path, text] of secretFiles(stack, name, secrets)) files.set(path, text);
    resources.push(...Object.keys(secrets).map(secretFile));
    const annotations = { [ENVIRONMENT_ANNOTATION]: textHash(known(configMaps, name)) };
    patches.push(
      {
        target: { kind: 'Deployment', name },
        patch: yamlText({
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
    `# Written by slipway: npx nx run deploy:assemble\n${yamlText(kustomization)}`,
  );
  return files;
}
