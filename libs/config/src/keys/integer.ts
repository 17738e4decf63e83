import Type from 'typebox';
import { keyword } from '../keyword.ts';

type IntegerOptions = {
  description: string;
  default?: number;
  minimum?: number;
  maximum?: number;
  /** Value of a process on this machine only. */
  local?: number;
};

/** A whole number; say its unit in the description. */
export function integer({ local, ...schema }: IntegerOptions) {
  return Type.Integer({
    ...schema,
    ...keyword({
      kind: 'plain',
      secret: false,
      ...(local === undefined ? {} : { local: String(local) }),
    }),
  });
}
