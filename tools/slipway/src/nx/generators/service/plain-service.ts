import { basename, join } from 'node:path';
import { formatFiles, generateFiles, type GeneratorCallback, readJson, type Tree, writeJson } from '@nx/devkit';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { startCommand } from '../../../util/commands.ts';
import { schemaLine } from '../../../util/workspace/schema-line.ts';
import type { Settings } from '../../../util/workspace/settings.ts';
import { afterGeneration, updateAssembled } from '../after-generation.ts';
import { exposeAsFirst } from '../expose-service.ts';
import { FIRST_NODE_PORT } from '../init/kind-config-text.ts';
import { freeLocalPorts } from './free-local-ports.ts';
import { packageGlobs } from './service-folder.ts';

type Plain = { folder: string; calls: { service: string; urlKey: string }[]; database: boolean; expose: boolean };

/** A service on `node:http` alone, in a workspace that has nothing of ours to build on. */
export async function plainService(
  tree: Tree,
  settings: Settings,
  services: ServiceSpec[],
  { folder, calls, database, expose }: Plain,
): Promise<GeneratorCallback> {
  const name = basename(folder);
  if (database)
    throw new ValidationError([
      {
        file: folder,
        key: '--database',
        message: 'which library is to speak to Postgres is yours to choose',
        hint: 'generate it without, then write database: into its slipway.yaml (docs/other-workspaces.md)',
      },
    ]);
  const { type } = readJson<{ type?: string }>(tree, 'package.json');
  const isPackage = packageGlobs(tree).some((glob) => glob === folder || glob === `${join(folder, '..')}/*`);
  generateFiles(tree, join(import.meta.dirname, 'files', 'plain'), folder, {
    name,
    calls,
    localPort: freeLocalPorts(services).localPort,
    schemaLine: schemaLine(`${folder}/slipway.yaml`, 'slipway'),
  });
  // Which of the two Nx takes for a project is the workspace's own way.
  if (isPackage || type !== 'module')
    writeJson(tree, `${folder}/package.json`, {
      name: `${scopeOf(tree)}${name}`,
      version: '0.0.1',
      private: true,
      type: 'module',
      nx: { name },
    });
  if (!isPackage) writeJson(tree, `${folder}/project.json`, { name, projectType: 'application' });
  const isExposed = expose && exposeAsFirst(tree, settings.stack, name);
  await formatFiles(tree);
  return async () => {
    await (isPackage ? afterGeneration(tree) : updateAssembled(tree));
    if (isExposed) console.log(`on kind, this machine reaches it at http://127.0.0.1:${FIRST_NODE_PORT}`);
    else if (expose)
      console.log(`deploy/dev exposes another service already: see there how, and write ${name} beside it`);
    console.log(`next: ${startCommand()}, or npx nx run ${name}:deploy-kind`);
  };
}

/** `@acme/` where the workspace is `@acme/source`, or `acme`. */
function scopeOf(tree: Tree): string {
  const { name = '' } = readJson<{ name?: string }>(tree, 'package.json');
  const scope = name.startsWith('@') ? name.slice(1).split('/')[0] : name;
  return scope === undefined || scope === '' ? '' : `@${scope}/`;
}
