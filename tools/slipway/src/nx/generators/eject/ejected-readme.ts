import { databaseName } from '../../../manifests/defaults/database.ts';
import { markdownTable } from '../../../manifests/markdown-table.ts';
import { secretsDocument } from '../../../manifests/secrets-document.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { EJECTED } from '../../../manifests/ejected-overlay.ts';
import { INVENTORY_NAME } from '../../../kubernetes/apply/inventory/inventory.ts';
import { NODE_IMAGE } from './dockerfile.ts';
import type { ImageRecipe } from './image-recipe.ts';

/** What people have to know and to provide where slipway no longer does. */
export function ejectedReadme(
  stack: string,
  overlay: string,
  serviceSpecs: ServiceSpec[],
  recipes: ImageRecipe[],
): string {
  const folder = `${EJECTED}/${overlay}`;
  const databases = serviceSpecs.filter(({ hasDatabase }) => hasDatabase).map(({ name }) => name);
  return `# The stack without slipway

\`npx nx g slipway:eject --overlay ${overlay}\` wrote this folder and the Dockerfiles. Nothing here calls slipway.

\`\`\`sh
kubectl diff --server-side --force-conflicts --field-manager=me -k ${folder}     # prints nothing while slipway's last deploy is the same
kubectl apply --server-side --field-manager=me --force-conflicts -k ${folder}
\`\`\`

The second command takes the fields over from slipway.

## Images

${markdownTable(['service', 'its image'], recipes.map(imageRow))}

\`\`\`sh
docker build --file ${recipes.find(({ kind }) => kind !== 'none')?.root ?? 'SERVICE'}/Dockerfile --tag REGISTRY/NAME:TAG . && docker push REGISTRY/NAME:TAG
cd ${folder} && kustomize edit set image NAME=REGISTRY/NAME:TAG
\`\`\`

Build in the workspace's root. \`NODE_IMAGE\` (default \`${NODE_IMAGE}\`) is a build argument. \`kustomization.yaml\` still names
the images of the last deploy by slipway, which only that cluster's nodes have: replace them${databases.length === 0 ? '' : ', `postgres` too (the official `postgres:17` works)'}.
The bundles compile no decorator metadata (\`emitDecoratorMetadata\`): such a service needs its own build step.

## Migrations

${databases.length === 0 ? 'No service has a database that slipway runs.' : `An init container of each pod runs the migrations with the service's own image. The StatefulSets ${databases.map((name) => `\`${databaseName(name)}\``).join(', ')} read \`POSTGRES_USER\` and \`POSTGRES_PASSWORD\` from Secrets of the same names; \`DATABASE_URL\` must name the same login.`}

## Restarts

\`slipway.dev/environment\` and \`slipway.dev/secret\` on the pods are hashes that slipway wrote. After you change a ConfigMap or
a Secret, run \`kubectl -n ${stack} rollout restart deployment/NAME\`. The labels \`slipway.dev/service\` and
\`app.kubernetes.io/managed-by\` are plain labels; selectors use the first one, so keep it.

${secretsDocument(stack, serviceSpecs)
  .replace(/^<!--.*-->\n\n/, '')
  .replaceAll(/^#/gm, '##')}
Secrets that are in the cluster stay there. For a new cluster, create them, e.g. \`kubectl -n ${stack} create secret generic
NAME --from-env-file=FILE\`. \`npx nx run deploy:external-secrets --store NAME\` prints them for the External Secrets operator.

## Remove slipway

1. Replace the images, apply, and check that the pods are ready.
2. \`kubectl -n ${stack} delete configmap ${INVENTORY_NAME}\`
3. Remove the plugin from \`nx.json\` and the packages \`slipway\` and \`@slipway/cluster\`. A package that a service imports
   (\`@slipway/config\`, \`@slipway/migrations\`) is a plain library: keep it, or replace it first.
4. Delete \`deploy/base\`, \`deploy/components\`, \`deploy/${overlay}\`, and the services' \`slipway.yaml\` and \`k8s\`.
`;
}

function imageRow(recipe: ImageRecipe): string[] {
  if (recipe.kind === 'none') return [recipe.name, `\`${recipe.source}\`, as before`];
  return [recipe.name, `\`${recipe.root}/Dockerfile\``];
}
