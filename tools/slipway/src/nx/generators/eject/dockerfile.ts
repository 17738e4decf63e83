import type { PackageManager } from '@nx/devkit';
import { APP_USER } from '../../../images/app-user.ts';
import { BUNDLE_SCRIPT } from './bundle-script.ts';
import type { ImageRecipe } from './image-recipe.ts';

/** The major version that slipway's own images have. */
export const NODE_IMAGE = 'node:24-trixie-slim';

/** How each Dockerfile of ours begins: others are not overwritten. */
export const DOCKERFILE_MARK = '# Written by slipway:eject';

/** How each package manager installs by its lockfile, and drops what only development needs. */
const INSTALL: Record<PackageManager, { install: string; prune: string | undefined }> = {
  npm: { install: 'npm ci', prune: 'npm prune --omit=dev --ignore-scripts' },
  pnpm: { install: 'npx --yes pnpm install --frozen-lockfile', prune: 'CI=true npx --yes pnpm prune --prod' },
  yarn: { install: 'corepack enable && yarn install --immutable', prune: undefined },
  bun: { install: 'npx --yes bun install --frozen-lockfile', prune: undefined },
};

/** Undefined for a service that has an image without one of ours. The image has the layout of slipway's: /app is the workspace. */
export function dockerfile(recipe: ImageRecipe, packageManager: PackageManager): string | undefined {
  if (recipe.kind === 'none') return undefined;
  const { root, name, command } = recipe;
  const { install, prune } = INSTALL[packageManager];
  return `${DOCKERFILE_MARK}. In the workspace's root: docker build --file ${root}/Dockerfile --tag ${name} .
ARG NODE_IMAGE=${NODE_IMAGE}
FROM \${NODE_IMAGE} AS build
WORKDIR /workspace
COPY . .
RUN ${install}
RUN ${recipe.kind === 'bundle' ? `mkdir -p ${recipe.root}/node_modules && ` : ''}${buildLine(recipe)}
${prune === undefined || recipe.keepsDevPackages ? '' : `RUN ${prune}\n`}
FROM \${NODE_IMAGE}
WORKDIR /app/${root}
${copyLines(recipe).join('\n')}
ENV NODE_ENV=production
USER ${APP_USER}:${APP_USER}
ENTRYPOINT []
CMD ${JSON.stringify(command)}
`;
}

function buildLine(recipe: ImageRecipe & { kind: 'bundle' | 'target' }): string {
  if (recipe.kind === 'target') return `NX_DAEMON=false npx nx run ${recipe.name}:${recipe.target}`;
  const options = [
    ...recipe.entries.map((entry) => `--entry ${entry}`),
    ...recipe.programs.map((path) => `--program ${path}`),
    ...recipe.copied.map((path) => `--copy ${path}`),
  ];
  return [`node ${BUNDLE_SCRIPT} ${recipe.root} --to dist/ejected`, ...options].join(' \\\n    ');
}

function copyLines(recipe: ImageRecipe & { kind: 'bundle' | 'target' }): string[] {
  // A build target may load packages of the workspace, which node_modules links to.
  if (recipe.kind === 'target') return ['COPY --from=build /workspace /app'];
  return [
    'COPY --from=build /workspace/node_modules /app/node_modules',
    // Versions that only this service has, and pnpm's links to all that it has.
    `COPY --from=build /workspace/${recipe.root}/node_modules /app/${recipe.root}/node_modules`,
    'COPY --from=build /workspace/dist/ejected /app',
  ];
}
