import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** One of a closed list of words. */
export function oneOf<const Values extends string[]>(
  values: [...Values],
  schema: { description: string; default?: Values[number] },
) {
  const keyword: SlipwayKeyword = { kind: 'plain', secret: false };
  return Type.Enum(values, { ...schema, 'x-slipway': keyword });
}
