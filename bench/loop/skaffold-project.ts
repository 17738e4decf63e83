import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath } from '@slipway/oci/blob';
import { readLayout } from '@slipway/oci/layout';
import { place } from './place.ts';
import { REGISTRY } from './remove-images.ts';
import { run } from './run.ts';

/** The Deployment that Skaffold makes, beside the stack's own. */
export const SKAFFOLD_DEPLOYMENT = 'product-skaffold';
const IMAGE = `${REGISTRY}/product-skaffold`;

type Container = { image: string };
type Deployment = {
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: Container[]; initContainers?: Container[] };
    };
  };
};

/** Writes a project for Skaffold into `folder`: product's Deployment as it is in the cluster, an image from `base` and a layer. */
export async function writeSkaffoldProject(folder: string, base: string): Promise<void> {
  const get = ['-n', place.namespace, 'get', 'deployment', 'product', '--output', 'json'];
  const { output } = await run([place.kubectl, '--context', place.context, ...get]);
  const { spec } = JSON.parse(output) as Deployment;
  // A label of its own parts its pods from those of the stack's Deployment.
  const own = { 'bench-loop': SKAFFOLD_DEPLOYMENT };
  spec.selector.matchLabels = { ...spec.selector.matchLabels, ...own };
  Object.assign(spec.template.metadata.labels, own);
  for (const container of [...spec.template.spec.containers, ...(spec.template.spec.initContainers ?? [])]) {
    container.image = IMAGE;
  }
  const metadata = { name: SKAFFOLD_DEPLOYMENT, namespace: place.namespace };
  const files = {
    // ADD unpacks the archive.
    Dockerfile: `FROM ${base}\nADD layer.tar /\n`,
    'deployment.json': { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec },
    'skaffold.yaml': {
      apiVersion: 'skaffold/v4beta11',
      kind: 'Config',
      build: {
        artifacts: [{ image: IMAGE, context: '.', docker: { dockerfile: 'Dockerfile' } }],
        tagPolicy: { inputDigest: {} },
        local: { push: false, useBuildkit: false },
      },
      manifests: { rawYaml: ['deployment.json'] },
      deploy: { kubectl: {} },
    },
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}

/** Puts the image's last layer, which holds the service, where the Dockerfile takes it from. */
export async function putLayer(layout: string, folder: string): Promise<void> {
  const { manifest } = await readLayout(layout);
  await copyFile(blobPath(layout, manifest.layers.at(-1)!.digest), join(folder, 'layer.tar'));
}

/** Runs Skaffold in `folder`, with the kind and kubectl of this workspace. */
export function skaffold(program: string, folder: string, ...args: string[]) {
  const path = `${dirname(place.kubectl)}:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, SKAFFOLD_UPDATE_CHECK: 'false', SKAFFOLD_INTERACTIVE: 'false' };
  return run([program, ...args, '--kube-context', place.context], { cwd: folder, env });
}
