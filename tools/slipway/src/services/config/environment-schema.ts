import { isObject } from '../../util/json-object.ts';

/** Why an export is no schema: `missing` names the package that would make one of it. */
export class NoSchemaError extends Error {
  readonly missing: string | undefined;

  constructor(message: string, missing?: string) {
    super(message);
    this.name = 'NoSchemaError';
    this.missing = missing;
  }
}

type ToJson = (options: { target: string; libraryOptions: object }) => unknown;
type Standard = { vendor: string; jsonSchema?: { input: ToJson; output: ToJson } };

/** Of JSON Schema: the one that values are checked by. */
const TARGET = 'draft-07';
/** What JSON Schema cannot say of a value is no reason to refuse the key. */
const LENIENT = {
  zod: { unrepresentable: 'any' },
  arktype: { fallback: ({ base }: { base: object }) => base },
};

/**
 * The JSON Schema of what `value` says of the environment: Standard JSON Schema (zod, arktype), valibot by its own
 * converter, or JSON Schema as it is (TypeBox, data). `load` imports a package from beside the schema. Throws
 * NoSchemaError.
 */
export async function environmentSchema(value: unknown, load: (name: string) => Promise<unknown>): Promise<unknown> {
  const standard = standardOf(value);
  if (standard === undefined) {
    if (isObject(value) && isObject(value.properties)) return asData(value);
    throw new NoSchemaError('is no schema of an object');
  }
  const { vendor, jsonSchema } = standard;
  if (vendor === 'valibot') return fromValibot(value, await load('@valibot/to-json-schema'));
  if (jsonSchema === undefined)
    throw new NoSchemaError(`is a schema of ${vendor}, which says nothing of JSON Schema`, vendor);
  const libraryOptions = LENIENT[vendor as keyof typeof LENIENT] ?? {};
  const [output, input] = (['output', 'input'] as const).map((io) =>
    asData(jsonSchema[io]({ target: TARGET, libraryOptions })),
  );
  // arktype says defaults in neither.
  const own =
    vendor === 'arktype'
      ? asData((value as { toJsonSchema: (options: object) => unknown }).toJsonSchema(libraryOptions))
      : {};
  return merged(output, [input, own]);
}

/** A schema may be a function, as arktype's are. */
function standardOf(value: unknown): Standard | undefined {
  if (value === null || !['object', 'function'].includes(typeof value)) return undefined;
  const standard = (value as Record<string, unknown>)['~standard'];
  return isObject(standard) && typeof standard.vendor === 'string' ? (standard as Standard) : undefined;
}

function fromValibot(schema: unknown, converter: unknown): unknown {
  if (!isObject(converter) || typeof converter.toJsonSchema !== 'function')
    throw new NoSchemaError(
      'is a schema of valibot, which makes JSON Schema by another package',
      '@valibot/to-json-schema',
    );
  const convert = converter.toJsonSchema as (schema: unknown, options: object) => unknown;
  const [output, input] = (['output', 'input'] as const).map((typeMode) =>
    asData(convert(schema, { typeMode, target: TARGET, errorMode: 'ignore' })),
  );
  return merged(output, [input]);
}

/** What comes out of the parser, with the defaults of what goes in, and that alone where a transformation says nothing. */
function merged(output: unknown, others: unknown[]): unknown {
  if (!isObject(output) || !isObject(output.properties)) throw new NoSchemaError('is no schema of an object');
  const properties = Object.entries(output.properties).map(([name, declared]) => {
    const key = isObject(declared) ? declared : {};
    const seconds = others.flatMap((other) => {
      const second = isObject(other) && isObject(other.properties) ? other.properties[name] : undefined;
      return isObject(second) ? [second] : [];
    });
    const isSilent = !['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'].some((word) => word in key);
    const base = isSilent ? { ...seconds[0], ...key } : key;
    const fallback = seconds.find((second) => 'default' in second)?.default;
    return [name, 'default' in base || fallback === undefined ? base : { ...base, default: fallback }];
  });
  return { required: [], ...output, properties: Object.fromEntries(properties) };
}

function asData(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
}
