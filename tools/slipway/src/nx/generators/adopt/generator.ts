import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, matchesGlob } from 'node:path';
import {
  createProjectGraphAsync,
  formatFiles,
  type GeneratorCallback,
  getProjects,
  type ProjectConfiguration,
  readNxJson,
  type Tree,
  updateNxJson,
  visitNotIgnoredFiles,
  workspaceRoot,
} from '@nx/devkit';
import { readServiceSpecs } from '../../../services/read-services.ts';
import { serviceNameProblem } from '../../../services/service-name.ts';
import { FRAGMENT, SERVICE_FILE, SERVICE_FOLDERS } from '../../../services/service-roots.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import type { PluginOptions } from '../../../util/workspace/plugin-options.ts';
import { schemaLine } from '../../../util/workspace/schema-line.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { updateAssembled } from '../after-generation.ts';
import { exposeAsFirst } from '../expose-service.ts';
import { freeLocalPorts } from '../service/free-local-ports.ts';
import { appFacts } from './app-facts.ts';
import { guessBuild } from './guess-build.ts';
import { guessDatabase } from './guess-database.ts';
import { SCHEMA_FILES, schemaExport } from './schema-export.ts';
import { serviceFileText } from './service-file-text.ts';

const SOURCE = /(?<!\.(?:test|spec|d))\.[cm]?[jt]sx?$/;
/** Targets that slipway gives to a service and that apps often have. */
const TARGETS = ['serve', 'start', 'stop', 'restart', 'image'];

/** Writes `slipway.yaml` for an app that exists, says what was guessed, and brings deploy/base up to date. */
export async function adoptGenerator(tree: Tree, { project }: { project: string }): Promise<GeneratorCallback> {
  const configuration = findProject(tree, project);
  const { root } = configuration;
  const name = basename(root);
  const file = `${root}/${SERVICE_FILE}`;
  const unfit = serviceNameProblem(name);
  if (unfit !== undefined) throw new ValidationError([{ file: root, ...unfit }]);
  if (tree.exists(file) || tree.exists(`${root}/${FRAGMENT}`))
    return () => console.log(`  ${name} is a service already: ${root}`);
  const { stack } = readSettings(tree.root);
  const services = await readServiceSpecs(tree.root);
  const withInferred = await inferredTargets(tree, configuration);
  const sources = sourcesOf(tree, root);
  const facts = appFacts(sources);
  const schema = findSchema(tree, root);
  const { build, guess } = guessBuild(withInferred, (path) => tree.exists(`${root}/${path}`), sources);
  const ofDatabase = guessDatabase(
    (path) => tree.read(`${root}/${path}`, 'utf8') ?? undefined,
    [...facts.keys.map(({ name: key }) => key), ...(schema?.text.match(/\b[A-Z][A-Z0-9_]*_URL\b/g) ?? [])],
  );
  const { text, guesses } = serviceFileText(facts, {
    localPort: freeLocalPorts(services).localPort,
    services: services.map((service) => service.name),
    schema,
    build,
    database: ofDatabase.database,
  });
  guesses.push(...(guess === undefined ? [] : [guess]), ...ofDatabase.guesses);
  tree.write(file, `${schemaLine(file, 'slipway')}${text}`);
  guesses.push(...adaptOptions(tree, withInferred));
  if (exposeAsFirst(tree, stack, name))
    guesses.push('it is the service that this machine reaches on kind, as the first one: see deploy/dev');
  await formatFiles(tree);
  return async () => {
    console.log(`Guessed from the sources; ${file} is where to change it:`);
    for (const guess of guesses) console.log(`  ${guess}`);
    await updateAssembled(tree);
    console.log(`next: npx slipway start, or npx nx run ${name}:deploy-kind`);
  };
}

/** By its name, or by the part of it behind the scope. */
function findProject(tree: Tree, wanted: string): ProjectConfiguration {
  const projects = [...getProjects(tree)];
  const named = projects.find(([name]) => name === wanted);
  const [found] = named === undefined ? projects.filter(([name]) => basename(name) === wanted) : [named];
  if (found !== undefined && found[1].root !== '.') return found[1];
  const apps = projects.filter(([, { root }]) => root !== '.').map(([name]) => name);
  throw new ValidationError([
    {
      file: 'nx.json',
      message: `there is no project "${wanted}" outside the root folder`,
      hint: `there are: ${apps.join(', ')}`,
    },
  ]);
}

/** The project with the targets that other plugins infer; in a tree that is not Nx's workspace, with its own. */
async function inferredTargets(tree: Tree, project: ProjectConfiguration): Promise<ProjectConfiguration> {
  if (tree.root !== workspaceRoot) return project;
  const { nodes } = await createProjectGraphAsync();
  return Object.values(nodes).find(({ data }) => data.root === project.root)?.data ?? project;
}

function findSchema(tree: Tree, root: string): { from: string; text: string } | undefined {
  for (const file of SCHEMA_FILES) {
    const text = tree.read(`${root}/${file}`, 'utf8') ?? '';
    const name = schemaExport(text);
    if (name !== undefined) return { from: `${file}#${name}`, text };
  }
  return undefined;
}

function sourcesOf(tree: Tree, root: string): string[] {
  const sources: string[] = [];
  const folder = existsSync(join(tree.root, root, 'src')) ? `${root}/src` : root;
  visitNotIgnoredFiles(tree, folder, (path) => {
    if (SOURCE.test(path) && !/\/(test|tests|__tests__|e2e)\//.test(path))
      sources.push(tree.read(path, 'utf8') ?? readFileSync(join(tree.root, path), 'utf8'));
  });
  return sources;
}

/** The folder and the target names in nx.json, where the defaults do not fit; says what was written. */
function adaptOptions(tree: Tree, { root, targets = {} }: ProjectConfiguration): string[] {
  const nxJson = readNxJson(tree) ?? {};
  const entry = (nxJson.plugins ?? []).find((it) => typeof it !== 'string' && it.plugin === 'slipway');
  if (entry === undefined || typeof entry === 'string')
    throw new ValidationError([
      { file: 'nx.json', message: 'does not have the plugin slipway', hint: 'npx nx g slipway:init' },
    ]);
  const options: PluginOptions = { ...(entry.options as PluginOptions | undefined) };
  const said: string[] = [];
  const folders = options.services ?? SERVICE_FOLDERS;
  if (!folders.some((glob) => matchesGlob(root, glob))) {
    options.services = [...folders, dirname(root) === '.' ? root : `${dirname(root)}/*`];
    said.push(`nx.json: services are looked for in ${options.services.join(', ')}`);
  }
  const taken = TARGETS.filter(
    (target) => targets[target] !== undefined && options.targetNames?.[target] === undefined,
  );
  if (taken.length > 0) {
    options.targetNames = {
      ...options.targetNames,
      ...Object.fromEntries(taken.map((name) => [name, `slipway-${name}`])),
    };
    said.push(`nx.json: ${taken.map((name) => `slipway-${name}`).join(', ')} beside the app's own ${taken.join(', ')}`);
  }
  if (said.length > 0) {
    const plugins = nxJson.plugins!.map((it) => (it === entry ? { ...entry, options } : it));
    updateNxJson(tree, { ...nxJson, plugins });
  }
  return said;
}
