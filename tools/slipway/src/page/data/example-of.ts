import { isObject, type JsonObject } from '../../util/json-object.ts';

const DEEPEST = 6;
const LONGEST_TEXT = 200;
const FORMATS: Record<string, string> = {
  uuid: '00000000-0000-7000-8000-000000000000',
  email: 'someone@example.com',
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  uri: 'https://example.com',
};

/**
 * A value that a JSON Schema of an OpenAPI document allows, with what is required: a form begins with it. `within`: the
 * schemas that contain it, which may be itself.
 */
export function exampleOf(schema: unknown, document: JsonObject, within: JsonObject[] = []): unknown {
  const resolved = resolveReference(schema, document);
  if (!isObject(resolved) || within.length > DEEPEST || within.includes(resolved)) return null;
  const inner = (part: unknown) => exampleOf(part, document, [...within, resolved]);
  const { example, examples, const: only, default: usual, enum: values, type } = resolved;
  const given = [example, Array.isArray(examples) ? examples[0] : undefined, only, usual];
  const first = [...given, Array.isArray(values) ? values[0] : undefined].find((value) => value !== undefined);
  if (first !== undefined) return first;
  for (const choice of [resolved.oneOf, resolved.anyOf])
    if (Array.isArray(choice) && choice.length > 0) return inner(choice[0]);
  if (Array.isArray(resolved.allOf)) return Object.assign({}, ...resolved.allOf.map(inner)) as unknown;
  switch (Array.isArray(type) ? type[0] : (type ?? (resolved.properties === undefined ? undefined : 'object'))) {
    case 'object':
      return objectExample(resolved, inner);
    case 'array':
      return [inner(resolved.items)];
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

function objectExample({ properties, required }: JsonObject, inner: (part: unknown) => unknown): JsonObject {
  const known = isObject(properties) ? properties : {};
  // Where nothing is required, something is wanted all the same.
  const names = Array.isArray(required) && required.length > 0 ? required.map(String) : Object.keys(known);
  return Object.fromEntries(names.map((name) => [name, inner(known[name])]));
}

function stringExample({ format, minLength }: JsonObject): string {
  const least = typeof minLength === 'number' ? Math.min(minLength, LONGEST_TEXT) : 0;
  return FORMATS[String(format)] ?? 'text'.padEnd(least, '-text');
}

/** What `#/components/schemas/X` stands for, also through other references; undefined where it stands for nothing. */
export function resolveReference(it: unknown, document: JsonObject): unknown {
  let found = it;
  for (let follow = 0; isObject(found) && typeof found.$ref === 'string'; follow += 1) {
    if (follow > DEEPEST) return undefined;
    found = found.$ref
      .replace(/^#\//, '')
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce((at: unknown, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), document);
  }
  return found;
}
