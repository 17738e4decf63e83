import { expect } from '@playwright/test';
import type { Static, TObject } from 'typebox';
import { Value } from 'typebox/value';

/** Asserts that a body is what the contract's schema says, and holds no property that the schema does not name. */
export function expectShape<Schema extends TObject>(schema: Schema, body: unknown): asserts body is Static<Schema> {
  expect(Value.Errors(schema, body), JSON.stringify(body)).toEqual([]);
  const unknown = Object.keys(body as object).filter((key) => !(key in schema.properties));
  expect(unknown, 'properties beyond the contract').toEqual([]);
}
