import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** One of a closed list of words. */
export function oneOf<const Values extends string[]>(
  values: [...Values],
  schema: { description: string; default?: Values[number] },
) {
  return Type.Enum(values, { ...schema, ...keyword({ kind: 'plain', secret: false }) });
}
