import { Ajv, type ErrorObject } from 'ajv';
import type { FastifySchemaCompiler } from 'fastify';
import { commonProblems, type FieldError } from './problem.ts';

type PartSchema = { properties?: Record<string, { type?: string }> };

/** Validates without coercion: `"1"` is no number in a body. Only the query, which has no types, gets its integers read. */
export function createValidatorCompiler(): FastifySchemaCompiler<object> {
  const ajv = new Ajv({ allErrors: true, strict: false, useDefaults: true });
  return ({ schema, httpPart }) => {
    const validate = ajv.compile(schema);
    return (data: unknown) => {
      const value = httpPart === 'querystring' ? withIntegers(data, schema as PartSchema) : (data ?? null);
      if (validate(value)) return { value };
      return { error: commonProblems.validationFailed({ errors: (validate.errors ?? []).map(toFieldError) }) };
    };
  };
}

function withIntegers(data: unknown, { properties = {} }: PartSchema): Record<string, unknown> {
  const query: Record<string, unknown> = { ...(data as object) };
  for (const [name, { type }] of Object.entries(properties)) {
    const value = query[name];
    if (type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value)) query[name] = Number(value);
  }
  return query;
}

function toFieldError({ instancePath, keyword, params, message }: ErrorObject): FieldError {
  if (keyword === 'required') return { path: `${instancePath}/${params['missingProperty']}`, message: 'is missing' };
  if (keyword === 'additionalProperties') return { path: `${instancePath}/${params['additionalProperty']}`, message: 'is not known here' };
  return { path: instancePath, message: message ?? 'is not valid' };
}
