import { isObject, type JsonObject } from '../../util/json-object.ts';

/** Schemas may contain themselves. */
const DEEPEST = 6;
const FORMATS: Record<string, string> = {
  uuid: '00000000-0000-7000-8000-000000000000',
  email: 'someone@example.com',
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  uri: 'https://example.com',
};

/** A value that a JSON Schema of an OpenAPI document allows, with what is required: a form begins with it. */
export function exampleOf(schema: unknown, document: JsonObject, depth = 0): unknown {
  const resolved = resolve(schema, document);
  if (!isObject(resolved) || depth > DEEPEST) return null;
  const { example, examples, const: only, default: usual, enum: values, type } = resolved;
  const given = [example, Array.isArray(examples) ? examples[0] : undefined, only, usual];
  const first = [...given, Array.isArray(values) ? values[0] : undefined].find((value) => value !== undefined);
  if (first !== undefined) return first;
  for (const choice of [resolved.oneOf, resolved.anyOf])
    if (Array.isArray(choice) && choice.length > 0) return exampleOf(choice[0], document, depth + 1);
  if (Array.isArray(resolved.allOf))
    return Object.assign({}, ...resolved.allOf.map((part) => exampleOf(part, document, depth + 1))) as unknown;
  switch (Array.isArray(type) ? type[0] : (type ?? (resolved.properties === undefined ? undefined : 'object'))) {
    case 'object':
      return objectExample(resolved, document, depth);
    case 'array':
      return [exampleOf(resolved.items, document, depth + 1)];
    case 'integer':
    case 'number':
      return typeof resolved.minimum === 'number' ? Math.max(resolved.minimum, 1) : 1;
    case 'boolean':
      return true;
    case 'string':
      return stringExample(resolved);
    default:
      return null;
  }
}

function objectExample({ properties, required }: JsonObject, document: JsonObject, depth: number): JsonObject {
  const known = isObject(properties) ? properties : {};
  // Where nothing is required, something is wanted all the same.
  const names = Array.isArray(required) && required.length > 0 ? required.map(String) : Object.keys(known);
  return Object.fromEntries(names.map((name) => [name, exampleOf(known[name], document, depth + 1)]));
}

function stringExample({ format, minLength }: JsonObject): string {
  return FORMATS[String(format)] ?? 'text'.padEnd(typeof minLength === 'number' ? minLength : 0, '-text');
}

/** Follows `#/components/schemas/X`. */
function resolve(schema: unknown, document: JsonObject): unknown {
  if (!isObject(schema) || typeof schema.$ref !== 'string') return schema;
  return schema.$ref
    .replace(/^#\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((at: unknown, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), document);
}
