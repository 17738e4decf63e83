import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { readJsonc } from '@slipway/util/jsonc';
import { isObject } from '../json-object.ts';

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

const CHECKS: Record<keyof PluginOptions, { isIt: (value: unknown) => boolean; what: string }> = {
  namespace: { isIt: isString, what: 'a string' },
  services: { isIt: (value) => Array.isArray(value) && value.every(isString), what: 'a list of globs' },
  licenses: { isIt: (value) => Array.isArray(value) && value.every(isString), what: 'a list of SPDX identifiers' },
  targetNames: { isIt: (value) => isObject(value) && Object.values(value).every(isString), what: 'a map of names' },
};

/** The options of the plugin in nx.json; none where there is no such file. Throws UserError at one of a wrong type. */
export function readPluginOptions(workspaceRoot: string): PluginOptions {
  const file = join(workspaceRoot, 'nx.json');
  if (!existsSync(file)) return {};
  const content = readJsonc(file);
  const plugins = isObject(content) && Array.isArray(content.plugins) ? (content.plugins as unknown[]) : [];
  const entry = plugins.filter(isObject).find(({ plugin }) => plugin === 'slipway');
  const options = isObject(entry?.options) ? entry.options : {};
  for (const [name, { isIt, what }] of Object.entries(CHECKS)) {
    if (options[name] === undefined || isIt(options[name])) continue;
    const path = `plugins.slipway.options.${name}`;
    throw new UserError(`must be ${what}, not ${JSON.stringify(options[name])}`, { file, path });
  }
  return options;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
