import Type from 'typebox';
import { keyword } from '../keyword.ts';

type TextOptions = {
  description: string;
  default?: string;
  /** Value on kind and on this machine; production has to set its own. */
  dev?: string;
  /** Value of a process on this machine only. */
  local?: string;
  secret?: boolean;
  minLength?: number;
  pattern?: string;
};

/** A string setting; empty only if `minLength: 0` allows it. */
export function text({ dev, local, secret = false, minLength = 1, ...schema }: TextOptions) {
  return Type.String({
    ...schema,
    minLength,
    ...keyword({
      kind: 'plain',
      secret,
      ...(dev === undefined ? {} : { dev }),
      ...(local === undefined ? {} : { local }),
    }),
  });
}
