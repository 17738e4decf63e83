import { UserError } from '@slipway/util/errors';
import { isObject } from '../../util/json-object.ts';
import type { PageAction } from './page-types.ts';

const ACTIONS: PageAction['kind'][] = ['restart', 'start', 'stop'];

/** What a button or a program sends. Throws UserError for what is none. */
export function actionIn(body: unknown): PageAction {
  const { kind, service } = isObject(body) ? body : {};
  const known = ACTIONS.find((action) => action === kind);
  if (known === undefined) throw new UserError(`kind is none of ${ACTIONS.join(', ')}`);
  if (typeof service !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(service))
    throw new UserError('service is no name of a service');
  return { kind: known, service };
}
