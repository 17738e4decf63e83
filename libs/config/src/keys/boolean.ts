import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** A switch, written `true` or `false`. */
export function boolean(schema: { description: string; default?: boolean }) {
  const keyword: SlipwayKeyword = { kind: 'plain', secret: false };
  return Type.Boolean({ ...schema, 'x-slipway': keyword });
}
