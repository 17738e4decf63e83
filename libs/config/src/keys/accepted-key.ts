import Type from 'typebox';
import type { SlipwayKeyword } from '../slipway-keyword.ts';

/** The secrets that `caller` may show: one, or two separated by a comma while the key is being rotated. */
export function acceptedKey(caller: string) {
  const keyword: SlipwayKeyword = { kind: 'accepted-key', service: caller };
  return Type.String({
    description: `service credentials accepted from ${caller}: one, or two separated by a comma during a rotation`,
    pattern: '^[^,]{32,}(,[^,]{32,})?$',
    'x-slipway': keyword,
  });
}
