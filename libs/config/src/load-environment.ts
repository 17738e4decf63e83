import type { Static, TObject, TSchema } from 'typebox';
import Value from 'typebox/value';

/** Everything that is wrong with the environment, one line per key. Carries no value: a value may be a secret. */
export class EnvironmentError extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(
      `the environment has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'EnvironmentError';
    this.faults = faults;
  }
}

/**
 * Reads the keys of `schema` from `source` (default: the process's environment) into a frozen object of the types that
 * the schema declares. Keys that the schema does not name are ignored. Throws one EnvironmentError with every fault.
 */
export function loadEnvironment<Schema extends TObject>(
  schema: Schema,
  source: Record<string, string | undefined> = process.env,
): Readonly<Static<Schema>> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, keySchema] of Object.entries(schema.properties as Record<string, TSchema & KeySchema>)) {
    const raw = source[key];
    if (raw === undefined || (raw === '' && keySchema.minLength !== 0)) {
      if (keySchema.default === undefined)
        faults.push(`${key} is missing: ${keySchema.description ?? 'no description'}`);
      else values[key] = keySchema.default;
      continue;
    }
    const value = parse(raw, keySchema.type);
    const errors = [...Value.Errors(keySchema, value)];
    if (errors.length > 0)
      faults.push(`${key} ${errors.map((error) => error.message).join(', ')}: ${keySchema.description ?? ''}`);
    else values[key] = value;
  }
  if (faults.length > 0) throw new EnvironmentError(faults);
  return Object.freeze(values) as Readonly<Static<Schema>>;
}

type KeySchema = { type?: string; description?: string; default?: unknown; minLength?: number };

function parse(raw: string, type: string | undefined): unknown {
  if (type === 'integer') return /^-?\d+$/.test(raw) ? Number(raw) : raw;
  if (type === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : raw;
  return raw;
}
