import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { KEYWORD } from '@slipway/keyword';
import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';

/**
 * What `environment` of a slipway.yaml says: JSON Schema itself, where one is (`src/env.ts#Env`, `env.schema.json`), or
 * where with more said of some keys.
 */
export type EnvironmentChoice =
  string | { properties: object; required?: string[] } | { from: string; properties?: object };

/** Keys of the environment that hold the URL of another service: key → service. */
export type CallsChoice = Record<string, string>;

/** Relative to the workspace: `FILE#EXPORT` of code, or a file of data. */
export type EnvironmentSource = { reference: string } | { data: string };

const CODE = /\.[cm]?[jt]sx?$/;
const DATA = /\.(json|ya?ml)$/;
const USUAL = 'src/config.ts#schema';
const HINT = 'environment: src/env.ts#Env, env.schema.json, or { properties: { PORT: { default: 3000 } } }';

export function environmentProblems(environment: unknown): Omit<Problem, 'file'>[] {
  if (environment === undefined) return [];
  if (typeof environment === 'string') return fileProblems('environment', environment);
  if (!isObject(environment)) return [{ key: 'environment', message: 'is no schema and no file', hint: HINT }];
  const { from, properties } = environment;
  if (from === undefined && !isObject(properties))
    return [{ key: 'environment', message: 'is no JSON Schema with properties', hint: HINT }];
  if (properties !== undefined && !isObject(properties))
    return [
      { key: 'environment.properties', message: 'is no object', hint: 'properties: { PORT: { default: 3000 } }' },
    ];
  return from === undefined ? [] : fileProblems('environment.from', from);
}

export function callsProblems(calls: unknown): Omit<Problem, 'file'>[] {
  if (calls === undefined) return [];
  const hint = 'calls: { HELLO_URL: hello }, the key of the environment and the service';
  if (!isObject(calls)) return [{ key: 'calls', message: 'is no object', hint }];
  return Object.entries(calls).flatMap(([key, service]) =>
    typeof service === 'string' ? [] : [{ key: `calls.${key}`, message: 'names no service', hint }],
  );
}

function fileProblems(key: string, value: unknown): Omit<Problem, 'file'>[] {
  const [file = '', name] = typeof value === 'string' ? value.split('#') : [];
  if (CODE.test(file) && name === undefined)
    return [{ key, message: 'does not say which export it is', hint: `write ${file}#NAME` }];
  if (CODE.test(file) || DATA.test(file)) return [];
  return [{ key, message: 'is neither code nor data', hint: HINT }];
}

/** Where the environment of the service in `root` is, besides slipway.yaml; undefined when there is nothing more. */
export function environmentSource(
  workspaceRoot: string,
  root: string,
  environment: EnvironmentChoice | undefined,
): EnvironmentSource | undefined {
  const from =
    typeof environment === 'string' ? environment : environment && 'from' in environment ? environment.from : undefined;
  if (from === undefined && environment !== undefined) return undefined;
  const path = join(root, from ?? USUAL);
  const [file = path] = path.split('#');
  if (existsSync(join(workspaceRoot, file))) return DATA.test(file) ? { data: file } : { reference: path };
  if (from === undefined) return undefined;
  const hint = 'the path is relative to the folder of slipway.yaml';
  throw new ValidationError([
    { file: `${root}/slipway.yaml`, key: 'environment', message: `${file} does not exist`, hint },
  ]);
}

/** The schema in a file of data. Throws ValidationError. */
export function readSchemaData(workspaceRoot: string, file: string): unknown {
  try {
    return parse(readFileSync(join(workspaceRoot, file), 'utf8'), { prettyErrors: false });
  } catch (error) {
    throw new ValidationError([{ file, message: `cannot be read: ${(error as Error).message}`, hint: 'correct it' }]);
  }
}

/** The schema with what slipway.yaml says of its keys besides. */
export function completed(
  schema: unknown,
  environment: EnvironmentChoice | undefined,
  calls: CallsChoice = {},
): unknown {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const more = isObject(environment) && isObject(environment.properties) ? environment.properties : {};
  const edges = Object.entries(calls).map(([key, service]) => [key, { [KEYWORD]: { kind: 'service-url', service } }]);
  const properties = { ...schema.properties };
  for (const said of [more, Object.fromEntries(edges) as object])
    for (const [key, value] of Object.entries(said)) properties[key] = { ...asKey(properties[key]), ...asKey(value) };
  return { ...schema, properties };
}

function asKey(value: unknown): object {
  return isObject(value) ? value : {};
}
