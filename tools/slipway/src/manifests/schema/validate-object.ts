import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { mergeKey } from './merge-keys.ts';

type Schema = { version: string; kinds: Record<string, string>; definitions: Record<string, object> };

/** `path` names list elements by their merge key where there is one, else by index. */
export type SchemaProblem = { path: string[]; message: string; hint: string };

const schema = JSON.parse(readFileSync(new URL('kubernetes.schema.json', import.meta.url), 'utf8')) as Schema;
// A few objects are checked once: better code would cost more than it saves.
const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, code: { optimize: false } });
for (const format of ['int32', 'int64', 'byte', 'date-time']) ajv.addFormat(format, true);
ajv.addSchema({ $id: 'kubernetes', definitions: schema.definitions });
const validators = new Map<string, ValidateFunction>();

/** Checks the object against Kubernetes' own schema, closed against unknown fields. No problems: an empty list. */
export function validateObject(object: KubernetesObject): SchemaProblem[] {
  const type = `${object.apiVersion} ${object.kind}`;
  const definition = schema.kinds[type];
  if (definition === undefined) {
    const known = Object.keys(schema.kinds).find((other) => other.endsWith(` ${object.kind}`));
    return [
      {
        path: [known === undefined ? 'kind' : 'apiVersion'],
        message: `slipway does not know ${type}`,
        hint:
          known === undefined
            ? `one of: ${Object.keys(schema.kinds).join(', ')}`
            : `write apiVersion: ${known.split(' ')[0]}`,
      },
    ];
  }
  const validate = validators.get(type) ?? ajv.compile({ $ref: `kubernetes#/definitions/${definition}` });
  validators.set(type, validate);
  if (validate(object)) return [];
  return (validate.errors ?? []).map((error) => toProblem(object, error));
}

function toProblem(object: KubernetesObject, error: ErrorObject): SchemaProblem {
  const path = namedPath(object, error.instancePath.split('/').slice(1).map(unescapePointer));
  if (error.keyword === 'additionalProperties') {
    const field = String(error.params.additionalProperty);
    const fields = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
    const near = nearest(field, fields);
    return {
      path: [...path, field],
      message: `Kubernetes ${schema.version} knows no field "${field}" here`,
      hint: near === undefined ? `one of: ${fields.join(', ')}` : `did you mean "${near}"?`,
    };
  }
  return {
    path,
    message: error.message ?? error.keyword,
    hint: `see: kubectl explain ${explainPath(object, error.instancePath)}`,
  };
}

function namedPath(object: unknown, pointer: string[]): string[] {
  const path: string[] = [];
  let value: unknown = object;
  for (const step of pointer) {
    const key = Array.isArray(value) ? mergeKey(path) : undefined;
    value = (value as Record<string, unknown>)[step];
    path.push(key === undefined ? step : String((value as Record<string, unknown>)[key] ?? step));
  }
  return path;
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function explainPath(object: KubernetesObject, pointer: string): string {
  const fields = pointer
    .split('/')
    .slice(1)
    .filter((step) => !/^\d+$/.test(step));
  return [object.kind.toLowerCase(), ...fields].join('.');
}

/** The word that needs the fewest edits, if few enough to be a slip of the finger. */
function nearest(word: string, words: string[]): string | undefined {
  const scored = words.map((other) => ({ other, edits: distance(word.toLowerCase(), other.toLowerCase()) }));
  const best = scored.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= Math.max(2, word.length / 4) ? best.other : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
