import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** The secrets that `caller` may show: one, or two separated by a comma while the key is being rotated. */
export function acceptedKey(caller: string) {
  return Type.String({
    description: `service credentials accepted from ${caller}: one, or two separated by a comma during a rotation`,
    pattern: '^[^,]{32,}(,[^,]{32,})?$',
    ...keyword({ kind: 'accepted-key', service: caller }),
  });
}
