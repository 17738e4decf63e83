import { Ajv, type ValidateFunction } from 'ajv';
import type { KeySpec } from './service-spec.ts';

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  validateFormats: false,
  logger: false,
  code: { optimize: false },
});
const validators = new WeakMap<object, ValidateFunction>();

/** Why the service would refuse `text` as the key's value at its start; undefined when it takes it. */
export function keyValueProblem({ schema }: KeySpec, text: string): string | undefined {
  if (schema === undefined) return undefined;
  const validate = validatorOf(schema);
  if (validate === undefined) return undefined;
  if (validate(parse(text, 'type' in schema ? schema.type : undefined))) return undefined;
  const [error] = validate.errors ?? [];
  const allowed: unknown[] | undefined = error?.params.allowedValues;
  return `${error?.message ?? 'does not fit'}${allowed === undefined ? '' : `: ${allowed.join(', ')}`}`;
}

/** Undefined where a library's schema says what no validator knows: the service itself still checks the value. */
function validatorOf(schema: object): ValidateFunction | undefined {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  try {
    const made = ajv.compile(schema);
    validators.set(schema, made);
    return made;
  } catch {
    return undefined;
  }
}

/** As the config library's loader reads an environment variable. */
function parse(text: string, type: unknown): unknown {
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
