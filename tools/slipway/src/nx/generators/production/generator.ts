import { detectPackageManager, formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit';
import { readServiceSpecs } from '../../../services/read-services.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { exposurePaths } from '../init/dev-overlay.ts';
import { overlayFiles } from './overlays.ts';
import { type Ci, pipeline } from './pipeline.ts';

type Options = { expose?: string; ci?: Ci | 'none' };

/** Writes what is missing of the overlays and the pipeline; existing files stay. Throws ValidationError for no such service. */
export async function productionGenerator(tree: Tree, { expose, ci = 'none' }: Options): Promise<GeneratorCallback> {
  const { stack } = readSettings(tree.root);
  const services = await readServiceSpecs(tree.root);
  const exposed = exposedService(tree, services, expose);
  const files = overlayFiles({ stack, exposed, hasDatabases: services.some(({ hasDatabase }) => hasDatabase) });
  if (ci !== 'none') {
    const { path, text } = pipeline(ci, detectPackageManager(tree.root));
    files[path] = text;
  }
  const kept = Object.keys(files).filter((path) => tree.exists(path));
  for (const [path, text] of Object.entries(files)) if (!kept.includes(path)) tree.write(path, text);
  await formatFiles(tree);
  return () => {
    for (const path of kept) console.log(`  ${path} is kept as it is`);
    if (expose === undefined)
      console.log(`  ${exposed} is taken for the service that is reachable from outside: --expose`);
    console.log(`
next: replace each change-me in deploy/prod and deploy/staging
      npx nx run-many -t image --registry REGISTRY                                pushes the images
      npx nx run deploy:render --overlay prod --registry REGISTRY --to prod.yaml  writes YAML for GitOps
      deploy/components/production/SECRETS.md lists the Secrets to provide`);
  };
}

function exposedService(tree: Tree, services: ServiceSpec[], expose: string | undefined): string {
  const names = services.map(({ name }) => name);
  const inDev = names.filter((name) => tree.exists(exposurePaths(name).policy));
  const guessed = inDev.length > 0 ? inDev : names;
  const [found, ...others] = expose === undefined ? guessed : names.filter((name) => name === expose);
  if (found !== undefined && others.length === 0) return found;
  const message =
    expose === undefined ? 'which service is reachable from outside is not clear' : `there is no service "${expose}"`;
  const hint = names.length === 0 ? 'first: npx nx g slipway:adopt PROJECT' : `--expose, one of: ${names.join(', ')}`;
  throw new ValidationError([{ file: 'deploy/prod', key: '--expose', message, hint }]);
}
