import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** A switch, written `true` or `false`. */
export function boolean(schema: { description: string; default?: boolean }) {
  return Type.Boolean({ ...schema, ...keyword({ kind: 'plain', secret: false }) });
}
