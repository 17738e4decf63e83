import { join } from 'node:path';
import {
  formatFiles,
  generateFiles,
  getProjects,
  names,
  readJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { readServiceSpecs } from '../../../services/read-services.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { afterGeneration } from '../after-generation.ts';
import { freeLocalPorts } from './free-local-ports.ts';
import { nameProblems } from './name-problems.ts';

type Options = { name: string; database?: boolean; calls?: string };

/** Writes `apps/NAME`; afterwards the lockfile, deploy/base and its .env.example are brought up to date. */
export async function serviceGenerator(
  tree: Tree,
  { name, database = false, calls = '' }: Options,
): Promise<GeneratorCallback> {
  const services = await readServiceSpecs(tree.root);
  const callees = [...new Set(calls.split(',').flatMap((callee) => callee.trim() || []))];
  const problems = nameProblems(name, callees, services, [...getProjects(tree).keys()]);
  if (problems.length > 0) throw new ValidationError(problems);

  const settings = readSettings(tree.root);
  const substitutions = {
    ...namesOf(name),
    scope: `@${settings.stack}`,
    typebox: readJson<{ dependencies: Record<string, string> }>(tree, 'libs/config/package.json').dependencies.typebox,
    database,
    calls: callees.map((service) => ({ ...namesOf(service), service, urlKey: `${names(service).constantName}_URL` })),
    ...freeLocalPorts(services),
  };
  const files = join(import.meta.dirname, 'files');
  generateFiles(tree, join(files, 'service'), `apps/${name}`, substitutions);
  if (database) generateFiles(tree, join(files, 'database'), `apps/${name}`, substitutions);
  await formatFiles(tree);

  return async () => {
    await afterGeneration(tree);
    console.log(`next: npm start, or npx nx run ${name}:deploy-kind`);
  };
}

function namesOf(name: string): { name: string; className: string; propertyName: string } {
  const { className, propertyName } = names(name);
  return { name, className, propertyName };
}
