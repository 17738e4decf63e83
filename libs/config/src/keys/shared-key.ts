import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** The secret that this service shows when it calls `callee`. The callee declares `acceptedKey(CALLER)`. */
export function sharedKey(callee: string) {
  return Type.String({
    description: `service credential for internal calls to ${callee}`,
    minLength: 32,
    ...keyword({ kind: 'shared-key', service: callee }),
  });
}
