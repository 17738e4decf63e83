import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '@slipway/util/json';
import { UserError } from '@slipway/util/errors';
import { parseDocument } from 'yaml';
import { isObject, type JsonObject } from '../json-object.ts';
import { ValidationError } from '../problems/validation-error.ts';
import { namespaceOf, namespaceProblems } from './namespace-problems.ts';
import { readPluginOptions } from './plugin-options.ts';

/** The facts of the workspace that slipway needs everywhere. */
export type Settings = {
  workspaceRoot: string;
  /**
   * Namespace of the stack and value of `app.kubernetes.io/part-of`: option `namespace` of the plugin in nx.json, else
   * derived from the workspace's name.
   */
  stack: string;
  /** Identity of the stack in a cluster that others use too: `name` in package.json, the same in every clone. */
  workspace: string;
  /** Name of the kind cluster: SLIPWAY_CLUSTER of the environment, else `defaultCluster`. */
  cluster: string;
  /** `name` in deploy/kind.yaml. Hints name every other cluster. */
  defaultCluster: string;
};

export const KIND_CONFIG = 'deploy/kind.yaml';

/** Reads nx.json, package.json and deploy/kind.yaml. Throws ValidationError when the namespace cannot be the stack's. */
export function readSettings(workspaceRoot: string, named = process.env.SLIPWAY_CLUSTER): Settings {
  const workspace = readJson<{ name?: string }>(join(workspaceRoot, 'package.json')).name ?? '';
  const stack = readPluginOptions(workspaceRoot).namespace ?? namespaceOf(workspace);
  const problems = namespaceProblems(stack);
  if (problems.length > 0) throw new ValidationError(problems);
  const { name = 'kind' } = readYaml(workspaceRoot, KIND_CONFIG);
  const defaultCluster = String(name);
  return { workspaceRoot, stack, workspace: workspace || stack, cluster: named || defaultCluster, defaultCluster };
}

function readYaml(workspaceRoot: string, file: string): JsonObject {
  if (!existsSync(join(workspaceRoot, file)))
    throw new UserError('does not exist', { file, hint: 'npx nx g slipway:init writes it' });
  const document = parseDocument(readFileSync(join(workspaceRoot, file), 'utf8'));
  const [broken] = document.errors;
  const content: unknown = document.toJS();
  if (broken === undefined) return isObject(content) ? content : {};
  throw new UserError(broken.message, {
    file,
    line: broken.linePos?.[0].line,
    hint: 'correct the YAML',
    cause: broken,
  });
}
