import { UserError } from '@slipway/util/errors';
import { LEVEL_NAMES } from '../../operate/logs/log-level.ts';
import { isObject } from '../../util/json-object.ts';
import type { PageAction, StackAction } from './page-action.ts';

/** What changes the stack. */
export const STACK_ACTION_KINDS = [
  'restart',
  'start',
  'stop',
  'redeploy',
  'reset',
  'rollback',
  'log-level',
  'seed',
] as const satisfies StackAction['kind'][];
const ACTION_KINDS = [...STACK_ACTION_KINDS, 'new-run'] as const satisfies PageAction['kind'][];

/** What a button or a program sends. Throws UserError for what is none. */
export function actionIn(body: unknown): PageAction {
  const { kind, service, to, level } = isObject(body) ? body : {};
  const known = ACTION_KINDS.find((action) => action === kind);
  if (known === undefined) throw new UserError(`kind is none of ${ACTION_KINDS.join(', ')}`);
  if (known === 'seed' || known === 'new-run') return { kind: known };
  if (typeof service !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(service))
    throw new UserError('service is no name of a service');
  if (known === 'rollback') {
    if (typeof to !== 'number' || !Number.isSafeInteger(to) || to < 1)
      throw new UserError('to is no number of a revision');
    return { kind: known, service, to };
  }
  if (known === 'log-level') {
    const wanted = LEVEL_NAMES.find((name) => name === level);
    if (wanted === undefined) throw new UserError(`level is none of ${LEVEL_NAMES.join(', ')}`);
    return { kind: known, service, level: wanted };
  }
  return { kind: known, service };
}
