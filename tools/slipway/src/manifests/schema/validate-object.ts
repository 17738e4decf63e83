import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { nearest } from '../../util/format/nearest.ts';
import { elementSchema, type FieldSchema, fieldSchema, kindSchema, kubernetesSchema } from './kubernetes-schema.ts';
import { elementName, listKeys } from './list-keys.ts';
import { isObject } from '../../util/json-object.ts';
import { valueProblems } from './value-problems.ts';

/**
 * `path` names list elements by their merge keys where there are some, else by index. `isUnquoted`: a scalar stands where
 * Kubernetes wants a string.
 */
export type SchemaProblem = { path: string[]; message: string; hint: string; isUnquoted: boolean };

// A few objects are checked once: better code would cost more than it saves.
const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, code: { optimize: false } });
for (const format of ['int32', 'int64', 'byte', 'date-time']) ajv.addFormat(format, true);
ajv.addSchema({ $id: 'kubernetes', definitions: kubernetesSchema.definitions });
const validators = new Map<string, ValidateFunction>();

/** Checks the object against Kubernetes' own schema, closed against unknown fields, and its values' rules. No problems: an empty list. */
export function validateObject(object: KubernetesObject): SchemaProblem[] {
  const type = `${object.apiVersion} ${object.kind}`;
  const { kinds } = kubernetesSchema;
  const definition = kinds[type];
  if (definition === undefined) {
    const known = Object.keys(kinds).find((other) => other.endsWith(` ${object.kind}`));
    return [
      {
        path: [known === undefined ? 'kind' : 'apiVersion'],
        message: `slipway does not know ${type}`,
        hint:
          known === undefined ? `one of: ${Object.keys(kinds).join(', ')}` : `write apiVersion: ${known.split(' ')[0]}`,
        isUnquoted: false,
      },
    ];
  }
  const validate = validators.get(type) ?? ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
  validators.set(type, validate);
  const errors = validate(object) ? [] : (validate.errors ?? []);
  return [
    ...errors.map((error) => toProblem(object, error)),
    ...valueProblems(object).map((problem) => ({ ...problem, isUnquoted: false })),
  ];
}

function toProblem(object: KubernetesObject, error: ErrorObject): SchemaProblem {
  const { named, explained } = walk(object, error.instancePath.split('/').slice(1).map(unescapePointer));
  if (error.keyword === 'additionalProperties') {
    const field = String(error.params.additionalProperty);
    const fields = Object.keys(error.parentSchema?.properties ?? {});
    const near = nearest(field, fields);
    return {
      path: [...named, field],
      message: `Kubernetes ${kubernetesSchema.version} knows no field "${field}" here`,
      hint: near === undefined ? `one of: ${fields.join(', ')}` : `did you mean "${near}"?`,
      isUnquoted: false,
    };
  }
  if (error.keyword === 'enum') {
    const values = (error.params.allowedValues as unknown[]).map(String);
    const near = nearest(String(error.data), values);
    return {
      path: named,
      message: `must be one of ${values.join(', ')}`,
      hint: near === undefined ? `write ${values[0]}, or one of the others` : `did you mean ${near}?`,
      isUnquoted: false,
    };
  }
  return {
    path: named,
    message: error.message ?? error.keyword,
    hint: `see: kubectl explain ${[object.kind.toLowerCase(), ...explained].join('.')}`,
    isUnquoted: error.keyword === 'type' && error.params.type === 'string' && !(error.data instanceof Object),
  };
}

/** A path in `object`, with elements named by their keys, and as far as `kubectl explain` knows it: without keys of maps. */
function walk(object: KubernetesObject, pointer: string[]): { named: string[]; explained: string[] } {
  const named: string[] = [];
  const explained: string[] = [];
  let value: unknown = object;
  let schema: FieldSchema | undefined = kindSchema(object.kind);
  for (const step of pointer) {
    const keys = listKeys(schema);
    value = isObject(value) ? value[step] : Array.isArray(value) ? value[Number(step)] : undefined;
    named.push((keys && elementName(value, keys)) ?? step);
    if (schema?.properties !== undefined) explained.push(step);
    schema = schema?.items === undefined ? fieldSchema(schema, step) : elementSchema(schema);
  }
  return { named, explained };
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
