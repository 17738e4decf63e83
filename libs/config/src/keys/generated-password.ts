import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** A password made up at random on first start. `length` in characters. */
export function generatedPassword({ description, length = 24 }: { description: string; length?: number }) {
  const keyword: SlipwayKeyword = { kind: 'generated-password', length };
  return Type.String({ description, minLength: 12, 'x-slipway': keyword });
}
