import { collectServiceSpecs, type CollectedServiceSpecs } from '../services/read-services.ts';
import { migrationOf } from '../services/migrate-command.ts';
import type { ServiceSpec } from '../services/service-spec.ts';
import { withKeyLine } from '../services/with-key-line.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import { applyFragment } from './fragment/apply-fragment.ts';
import { platformDefaults } from './defaults/platform-defaults.ts';
import { namespace } from './defaults/namespace.ts';
import { defaultDeny } from './defaults/network-policies.ts';
import { envExample } from './env-example.ts';
import { type DeclaredObject, duplicateProblems } from './preflight/duplicate-problems.ts';
import { FRAGMENT } from '../services/service-roots.ts';
import { readFragment } from './fragment/read-fragment.ts';
import { objectPath, objectText } from './object-file.ts';
import { isForProduction, PRODUCTION, productionComponent } from './production-component.ts';
import { yamlText } from './overlay/yaml-text.ts';
import { secretsDocument } from './secrets-document.ts';
import { preflight } from './preflight/preflight.ts';
import type { Settings } from '../util/workspace/settings.ts';

/** The assembled base: relative path → text, and what it was made from. */
export type Assembly = { serviceSpecs: ServiceSpec[]; files: Map<string, string> };

/** Folder of what every place gets. */
export const BASE = 'deploy/base';
/** The assembled folders as a glob; what else lies there is deleted. */
export const ASSEMBLED = `{${BASE},${PRODUCTION}}`;

/**
 * Makes `deploy/base`, the production Component and every `.env.example` from the services' own files. Pure: writes nothing. Throws ValidationError
 * with every problem of every service.
 */
export async function assemble(settings: Settings): Promise<Assembly> {
  const { problems, ...assembly } = await examine(settings);
  if (problems.length > 0) throw new ValidationError(problems);
  return assembly;
}

/** Like `assemble`, for callers that have more checks to run first: with problems, the files are incomplete. */
export async function examine(
  { workspaceRoot, stack, workspace }: Settings,
  collected?: CollectedServiceSpecs,
): Promise<Assembly & { problems: Problem[] }> {
  const { serviceSpecs, problems: serviceSpecProblems } = collected ?? (await collectServiceSpecs(workspaceRoot));
  const problems = [...serviceSpecProblems];
  const manifests = new Map<string, string>();
  const production = new Map<string, string>();
  const autoscaled: string[] = [];
  const ofStack = [
    [namespace(stack, workspace), 'nx.json (namespace), package.json (name)'],
    [defaultDeny(stack), 'nx.json (namespace)'],
  ] as const;
  for (const [object, source] of ofStack) manifests.set(objectPath(object, undefined), objectText(object, source));
  const examples: [string, string][] = [];
  const declared: DeclaredObject[] = [];
  for (const serviceSpec of serviceSpecs) {
    const { name, root } = serviceSpec;
    const fragment = readFragment(workspaceRoot, root);
    const callers = serviceSpecs.filter(({ calls }) => calls.includes(name)).map((caller) => caller.name);
    const {
      objects,
      problems: mergeProblems,
      lineOf,
    } = applyFragment(
      stack,
      name,
      platformDefaults(stack, serviceSpec, callers, migrationOf(workspaceRoot, serviceSpec)),
      fragment.objects,
    );
    problems.push(...fragment.problems, ...mergeProblems, ...preflight(workspaceRoot, serviceSpec, objects, lineOf));
    const source = `${root} (${serviceSpec.configFile.slice(root.length + 1)}, ${FRAGMENT})`;
    for (const object of objects) {
      declared.push({ object, root, lineOf });
      if (object.kind === 'HorizontalPodAutoscaler') autoscaled.push(object.metadata.name);
      const files = isForProduction(object) ? production : manifests;
      files.set(objectPath(object, name), objectText(object, source));
    }
    examples.push([`${root}/.env.example`, envExample(serviceSpec)]);
  }
  problems.push(...duplicateProblems(declared));
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...manifests.keys()].sort(),
  };
  manifests.set('kustomization.yaml', `# Assembled by slipway: npx nx run deploy:assemble\n${yamlText(kustomization)}`);
  const component = productionComponent(stack, serviceSpecs, [...production.keys()], autoscaled);
  const files = new Map([
    ...inFolder(BASE, manifests),
    ...inFolder(PRODUCTION, [...production, ...component]),
    [`${PRODUCTION}/SECRETS.md`, secretsDocument(stack, serviceSpecs)],
    ...examples,
  ]);
  const configFiles = serviceSpecs.map(({ configFile }) => configFile);
  return {
    serviceSpecs,
    files,
    problems: problems.map((problem) => withKeyLine(workspaceRoot, configFiles, problem)),
  };
}

function inFolder(folder: string, files: Iterable<[string, string]>): [string, string][] {
  return [...files].map(([path, text]) => [`${folder}/${path}`, text]);
}
