import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { isObject } from '../../util/json-object.ts';
import { elementSchema, type FieldSchema, fieldSchema, kindSchema } from './kubernetes-schema.ts';
import { elementName, listKeys } from './list-keys.ts';
import { type BrokenRule, VALUE_RULES } from './value-rules.ts';

/** What breaks a rule that Kubernetes' schema does not contain. Paths name list elements as `validateObject` does. */
export function valueProblems(object: KubernetesObject): BrokenRule[] {
  return [...broken(object, kindSchema(object.kind), '', [])];
}

function* broken(
  value: unknown,
  schema: FieldSchema | undefined,
  field: string,
  path: string[],
): Generator<BrokenRule> {
  const type = schema?.$ref?.split('.').at(-1);
  const isInteger = [schema?.type].flat().includes('integer');
  for (const rule of VALUE_RULES)
    for (const found of rule(value, { field, type, isInteger })) yield { ...found, path: [...path, ...found.path] };
  if (Array.isArray(value)) {
    const keys = listKeys(schema);
    for (const [index, element] of value.entries()) {
      const name = (keys && elementName(element, keys)) ?? String(index);
      yield* broken(element, elementSchema(schema), field, [...path, name]);
    }
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      // Of a field that Kubernetes does not know, the schema's own problem is enough.
      const known = fieldSchema(schema, key);
      if (known !== undefined) yield* broken(inner, known, key, [...path, key]);
    }
  }
}
