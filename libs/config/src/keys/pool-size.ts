import Type from 'typebox';
import { keyword } from '../keyword.ts';

/** The most connections of one process to its database. Times the pods it must stay below the database's limit. */
export function poolSize({ default: size = 10 }: { default?: number } = {}) {
  return Type.Integer({
    description: 'most connections of one process',
    default: size,
    minimum: 1,
    ...keyword({ kind: 'plain', secret: false, isPoolSize: true }),
  });
}
