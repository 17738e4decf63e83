import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** A password generated at random on first start. `length` in characters. */
export function generatedPassword({ description, length = 24 }: { description: string; length?: number }) {
  return Type.String({ description, minLength: 12, ...keyword({ kind: 'generated-password', length }) });
}
