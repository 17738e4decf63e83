import type { Static, TObject, TSchema } from 'typebox';
import Value from 'typebox/value';

/** Everything that is wrong with the environment, one line per key. Carries no value: a value may be a secret. */
export class EnvironmentError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `the environment has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'EnvironmentError';
    this.problems = problems;
  }
}

/**
 * Reads the keys of `schema` from `source` (default: the process's environment) into a frozen object of the types that
 * the schema declares. Keys that the schema does not name are ignored. Throws one EnvironmentError with every problem.
 */
export function loadEnvironment<Schema extends TObject>(
  schema: Schema,
  source: Record<string, string | undefined> = process.env,
): Readonly<Static<Schema>> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, keySchema] of Object.entries(schema.properties as Record<string, TSchema & KeySchema>)) {
    const raw = source[key];
    if (raw === undefined || (raw === '' && keySchema.minLength !== 0)) {
      if (keySchema.default === undefined)
        problems.push(`${key} is missing: ${keySchema.description ?? 'no description'}`);
      else values[key] = keySchema.default;
      continue;
    }
    const value = parse(raw, keySchema.type);
    const errors = [...Value.Errors(keySchema, value)];
    if (errors.length > 0)
      problems.push(`${key} ${errors.map((error) => error.message).join(', ')}: ${keySchema.description ?? ''}`);
    else values[key] = value;
  }
  if (problems.length > 0) throw new EnvironmentError(problems);
  return Object.freeze(values) as Readonly<Static<Schema>>;
}

type KeySchema = { type?: string; description?: string; default?: unknown; minLength?: number };

function parse(raw: string, type: string | undefined): unknown {
  if (type === 'integer') return /^-?\d+$/.test(raw) ? Number(raw) : raw;
  if (type === 'boolean') return raw === 'true' ? true : raw === 'false' ? false : raw;
  return raw;
}
