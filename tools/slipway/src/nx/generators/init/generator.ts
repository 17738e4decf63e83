import {
  addDependenciesToPackageJson,
  formatFiles,
  type GeneratorCallback,
  getProjects,
  readJson,
  readNxJson,
  type Tree,
  updateNxJson,
} from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { IGNORE_LINES } from '../../../services/secrets/ignore-lines.ts';
import { ValidationError } from '../../../util/problems/validation-error.ts';
import { namespaceOf, namespaceProblems } from '../../../util/workspace/namespace-problems.ts';
import type { PluginOptions } from '../../../util/workspace/plugin-options.ts';
import { KIND_CONFIG } from '../../../util/workspace/settings.ts';
import { OVERLAY_FILE, overlayText } from './dev-overlay.ts';
import { kindConfigText } from './kind-config-text.ts';

const PLUGIN = 'slipway';
const OWN_PACKAGE = new URL('../../../../package.json', import.meta.url);

/** Writes missing files, keeps existing ones, and prints what it found and the next steps. */
export async function initGenerator(tree: Tree, { namespace }: { namespace?: string }): Promise<GeneratorCallback> {
  const said: string[] = [];
  const options = pluginOptions(tree, namespace);
  const problems = namespaceProblems(options.namespace);
  if (problems.length > 0) throw new ValidationError(problems);
  said.push(registerPlugin(tree, options) ? `nx.json has the plugin` : `nx.json had the plugin already`);
  said.push(`the stack's namespace is ${options.namespace}`);
  const texts = { [KIND_CONFIG]: kindConfigText(options.namespace), [OVERLAY_FILE]: overlayText([]) };
  for (const [file, text] of Object.entries(texts)) {
    if (tree.exists(file)) said.push(`${file} is kept as it is`);
    else tree.write(file, text);
  }
  ignore(tree);
  const all = [...getProjects(tree)].filter(([, { root }]) => root !== '.' && root !== dirname(KIND_CONFIG));
  const apps = all.filter(([, { root }]) => tree.exists(`${root}/src/main.ts`)).map(([name]) => name);
  said.push(apps.length === 0 ? 'no app with a src/main.ts was found' : `apps to adopt: ${apps.join(', ')}`);
  const { version } = JSON.parse(readFileSync(OWN_PACKAGE, 'utf8')) as { version: string };
  const wanted = { '@slipway/cluster': version };
  const has = readJson<{ devDependencies?: Record<string, string> }>(tree, 'package.json').devDependencies ?? {};
  const install = '@slipway/cluster' in has ? () => {} : addDependenciesToPackageJson(tree, {}, wanted);
  await formatFiles(tree);
  return async () => {
    await install();
    for (const line of said) console.log(`  ${line}`);
    const [app = 'PROJECT'] = apps;
    console.log(`
next: npx nx g slipway:adopt ${app}    makes a service of an app that exists
      npx slipway start                 runs every service on this machine
      npx slipway-cluster up            makes the kind cluster (--install, as root: its engine, too)
      npx nx run-many -t deploy-kind    deploys them there
      npx slipway doctor                says what this machine lacks`);
  };
}

function pluginOptions(tree: Tree, namespace: string | undefined): PluginOptions & { namespace: string } {
  const existing = entryOf(tree)?.options ?? {};
  const { name = '' } = readJson<{ name?: string }>(tree, 'package.json');
  // create-nx-workspace names the root @acme/source.
  const derived = namespaceOf(name.replace(/^@([^/]+)\/source$/, '$1'));
  const fit = namespaceProblems(derived).length === 0 ? derived : 'app';
  return { ...existing, namespace: namespace ?? existing.namespace ?? fit };
}

type Entry = { plugin: string; options?: PluginOptions };

function entryOf(tree: Tree): Entry | undefined {
  const plugins = (readNxJson(tree)?.plugins ?? []) as (string | Entry)[];
  return plugins.find((entry): entry is Entry => typeof entry !== 'string' && entry.plugin === PLUGIN);
}

/** Whether nx.json lacked it. */
function registerPlugin(tree: Tree, options: PluginOptions): boolean {
  const nxJson = readNxJson(tree) ?? {};
  const plugins = (nxJson.plugins ?? []) as (string | Entry)[];
  const others = plugins.filter((entry) => entry !== PLUGIN && (typeof entry === 'string' || entry.plugin !== PLUGIN));
  updateNxJson(tree, { ...nxJson, plugins: [...others, { plugin: PLUGIN, options }] });
  return others.length === plugins.length;
}

function ignore(tree: Tree): void {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const present = text.split('\n').map((line) => line.trim().replace(/\/$/, ''));
  const missing = IGNORE_LINES.filter((line) => !present.includes(line.replace(/\/$/, '')));
  if (missing.length === 0) return;
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  tree.write('.gitignore', `${text}${separator}${missing.map((line) => `${line}\n`).join('')}`);
}
