import { KEYWORD, keywordProblem } from '@slipway/keyword';
import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { HealthRoutes, KeySpec, KeySource, ServiceSpec } from './service-spec.ts';
import { keyValueProblem } from './value-problem.ts';
import { databaseKey } from './database-key.ts';
import { isKeyName } from './key-name.ts';

/** Secrets by nature, whatever the schema says. */
const SECRET_KINDS: KeySource['kind'][] = [
  'postgres-url',
  'generated-password',
  'key-pair',
  'shared-key',
  'accepted-key',
];
/** Names that people give to secrets. */
export const LOOKS_SECRET = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|ACCESS|SECRET)_KEY)$/;

/** The service spec in an environment schema (JSON Schema with `x-slipway`). Throws ValidationError with every problem. */
export function parseServiceSpec(
  service: { name: string; root: string; configFile: string },
  schema: unknown,
  http?: HealthRoutes,
): ServiceSpec {
  const file = service.configFile;
  const properties = isObject(schema) ? schema.properties : undefined;
  if (!isObject(schema) || !isObject(properties)) {
    throw new ValidationError([
      { file, message: 'declares no keys of an environment', hint: 'it has to be JSON Schema with properties' },
    ]);
  }
  const problems: Problem[] = [];
  const { required } = schema;
  const definitions = Object.fromEntries(
    ['definitions', '$defs'].flatMap((word) => (word in schema ? [[word, schema[word]]] : [])),
  );
  const keys = Object.entries(properties).flatMap(([name, declared]): KeySpec[] => {
    const { description = '', default: fallback, [KEYWORD]: said, ...key } = isObject(declared) ? declared : {};
    const source = said ?? { kind: 'plain', secret: false };
    if (!isKeyName(name)) {
      problems.push({ file, key: name, message: 'is no name for an environment variable', hint: 'use A–Z, 0–9 and _' });
    }
    if (said === undefined && LOOKS_SECRET.test(name)) {
      const hint = "say it: 'x-slipway': { kind: 'plain', secret: true }, or secret: false";
      problems.push({ file, key: name, message: 'looks secret, and its schema does not say whether it is', hint });
    }
    if (!isKeyword(source)) {
      const hint = 'make it with one of the functions of the config library';
      problems.push({ file, key: name, message: keywordProblem(source) ?? '', hint });
      return [];
    }
    const spec: KeySpec = {
      name,
      description: String(description),
      secret: (source.kind === 'plain' && source.secret === true) || SECRET_KINDS.includes(source.kind),
      source,
      ...(fallback === undefined ? {} : { default: String(fallback) }),
      ...(fallback === undefined && Array.isArray(required) && !required.includes(name) ? { optional: true } : {}),
      schema: { ...key, ...definitions },
    };
    problems.push(...valueProblems(file, spec));
    return [spec];
  });
  if (keys.filter((key) => key.source.kind === 'postgres-url').length > 1) {
    problems.push({
      file,
      message: 'declares more than one database',
      hint: 'a service owns one: keep one postgres() key',
    });
  }
  if (problems.length > 0) throw new ValidationError(problems);
  const calls = keys.flatMap(({ source }) => (source.kind === 'service-url' ? [source.service] : []));
  return {
    ...service,
    keys,
    hasDatabase: databaseKey(keys) !== undefined,
    calls: [...new Set(calls)].sort(),
    ...(http === undefined && keys.some(({ name }) => name === 'MANAGEMENT_PORT') ? {} : { http: http ?? {} }),
  };
}

function isKeyword(value: unknown): value is KeySource {
  return keywordProblem(value) === undefined;
}

/** Values that the schema itself gives, and the service would refuse. */
function valueProblems(file: string, key: KeySpec): Problem[] {
  const { dev, local } = key.source.kind === 'plain' ? key.source : {};
  return Object.entries({ default: key.default, dev, local }).flatMap(([what, value]): Problem[] => {
    const message = value === undefined ? undefined : keyValueProblem(key, value);
    if (message === undefined) return [];
    return [
      {
        file,
        key: key.name,
        message: `its ${what} "${value}" is refused at start: it ${message}`,
        hint: 'change the value, or what the key allows',
      },
    ];
  });
}
