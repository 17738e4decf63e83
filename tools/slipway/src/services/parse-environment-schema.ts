import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import type { KeySpec, KeySource, ServiceSpec } from './service-spec.ts';
import { keyValueProblem } from './value-problem.ts';
import { databaseKey } from './database-key.ts';

type KeySchema = {
  type?: string;
  description?: string;
  default?: string | number | boolean;
  'x-slipway'?: { kind?: string; secret?: boolean; [detail: string]: unknown };
};

/** Secrets by nature, whatever the schema says. */
const SECRET_KINDS = ['postgres-url', 'generated-password', 'key-pair', 'shared-key', 'accepted-key'];
const KINDS = [...SECRET_KINDS, 'plain', 'service-url'];
/** What a shell, an env file and a ConfigMap all accept as a name. */
const KEY_NAME = /^[A-Z][A-Z0-9_]*$/;

/** The service spec in an environment schema (JSON Schema with `x-slipway`). Throws ValidationError with every problem. */
export function parseServiceSpec(
  service: { name: string; root: string; configFile: string },
  schema: unknown,
): ServiceSpec {
  const file = service.configFile;
  const properties = (schema as { properties?: Record<string, KeySchema> } | undefined)?.properties;
  if (properties === undefined || typeof properties !== 'object') {
    throw new ValidationError([
      { file, message: 'it exports no `schema` of the environment', hint: 'export const schema = environment({ … })' },
    ]);
  }
  const problems: Problem[] = [];
  const keys = Object.entries(properties).flatMap(([name, key]): KeySpec[] => {
    const keyword = key['x-slipway'];
    if (!KEY_NAME.test(name)) {
      problems.push({ file, key: name, message: 'is no name for an environment variable', hint: 'use A–Z, 0–9 and _' });
    }
    if (keyword?.kind === undefined || !KINDS.includes(keyword.kind)) {
      problems.push({
        file,
        key: name,
        message: `has ${keyword?.kind === undefined ? 'no' : `the unknown kind "${keyword.kind}" in its`} x-slipway keyword`,
        hint: `make it with one of the functions of the config library (kinds: ${KINDS.join(', ')})`,
      });
      return [];
    }
    const { description: _, default: __, 'x-slipway': ___, ...schema } = key;
    const spec: KeySpec = {
      name,
      description: key.description ?? '',
      secret: keyword.secret === true || SECRET_KINDS.includes(keyword.kind),
      source: keyword as KeySource,
      ...(key.default === undefined ? {} : { default: String(key.default) }),
      schema,
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
  };
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
