import Type, { type TProperties } from 'typebox';

/** The schema of a service's environment: exported as `schema` from its `config.ts`, without side effects. */
export function environment<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties);
}
