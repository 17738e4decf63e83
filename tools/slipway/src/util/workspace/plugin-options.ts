import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonc } from '@slipway/util/jsonc';
import { isObject } from '../json-object.ts';
import { ValidationError } from '../problems/validation-error.ts';

/** What nx.json says to the plugin. */
export type PluginOptions = {
  /** Namespace of the stack; default: derived from the workspace's name. */
  namespace?: string;
  /** Globs of the folders that may be services; default: those of `SERVICE_FOLDERS`. */
  services?: string[];
  /** What targets of a service are called; default: what they are called in the documentation. */
  targetNames?: Record<string, string>;
  /** SPDX identifiers of the licences that packages in images may have; default: every one. */
  licenses?: string[];
};

type Check = { isIt: (value: unknown) => boolean; what: string; example: unknown };
const CHECKS: Record<keyof PluginOptions, Check> = {
  namespace: { isIt: isString, what: 'a string', example: 'shop' },
  services: { isIt: isList, what: 'a list of globs', example: ['apps/*'] },
  licenses: { isIt: isList, what: 'a list of SPDX identifiers', example: ['MIT', 'Apache-2.0'] },
  targetNames: {
    isIt: (value) => isObject(value) && Object.values(value).every(isString),
    what: 'a map of names',
    example: { serve: 'slipway-serve' },
  },
};

/** The options of the plugin in nx.json; none where there is no such file. Throws ValidationError for those of a wrong type. */
export function readPluginOptions(workspaceRoot: string): PluginOptions {
  const file = join(workspaceRoot, 'nx.json');
  if (!existsSync(file)) return {};
  const content = readJsonc(file);
  const plugins = isObject(content) && Array.isArray(content.plugins) ? (content.plugins as unknown[]) : [];
  const entry = plugins.filter(isObject).find(({ plugin }) => plugin === 'slipway');
  const options = isObject(entry?.options) ? entry.options : {};
  const problems = Object.entries(CHECKS).flatMap(([name, { isIt, what, example }]) => {
    if (options[name] === undefined || isIt(options[name])) return [];
    const message = `must be ${what}, not ${JSON.stringify(options[name])}`;
    const hint = `e.g. "${name}": ${JSON.stringify(example)}`;
    return [{ file: 'nx.json', key: `plugins.slipway.options.${name}`, message, hint }];
  });
  // Its message has the place, too: Nx prints no more of what a plugin or a generator throws.
  if (problems.length > 0) throw new ValidationError(problems);
  return options;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}
