import { UserError } from '@slipway/util/errors';
import { levelNumber } from '../../operate/logs/log-level.ts';
import { isObject } from '../../util/json-object.ts';
import type { PageData } from '../data/page-data.ts';
import type { PageAction } from '../data/page-types.ts';

/** A query of the page; undefined: there is no such thing. */
export type Query = (data: PageData, parameters: URLSearchParams) => unknown;

const MOST = 1000;
const DEFAULT_LIMIT = 300;
const ACTIONS: PageAction['kind'][] = ['restart', 'start', 'stop'];

/** By the path below `/api/`. docs/page.md lists them. */
export const QUERIES: Record<string, Query> = {
  status: (data) => data.status(),
  logs: (data, parameters) => {
    const services = parameters.getAll('service');
    const level = parameters.get('level');
    const request = parameters.get('request');
    const after = numberIn(parameters, 'after');
    const words = (parameters.get('find') ?? '').split(/\s+/).filter((word) => word !== '');
    return data.logs.find({
      limit: limitIn(parameters),
      words,
      ...(services.length === 0 ? {} : { services }),
      ...(level === null ? {} : { level: levelNumber(level) }),
      ...(request === null ? {} : { request }),
      ...(after === undefined ? {} : { after }),
    });
  },
  requests: (data, parameters) => {
    const [service, route, status] = ['service', 'route', 'status'].map((key) => parameters.get(key) ?? undefined);
    const minMs = numberIn(parameters, 'min-ms');
    return data.requests.find({
      limit: limitIn(parameters),
      ...(service === undefined ? {} : { service }),
      ...(route === undefined ? {} : { route }),
      ...(status === undefined ? {} : { status }),
      ...(minMs === undefined ? {} : { minMs }),
    });
  },
  request: (data, parameters) => data.request(parameters.get('id') ?? ''),
  environment: (data, parameters) => data.environment(parameters.get('service') ?? ''),
};

/** What a button sends. Throws UserError for what is none. */
export function actionIn(body: unknown): PageAction {
  const { kind, service } = isObject(body) ? body : {};
  const known = ACTIONS.find((action) => action === kind);
  if (known === undefined) throw new UserError(`kind is none of ${ACTIONS.join(', ')}`);
  if (typeof service !== 'string' || !/^[a-z][a-z0-9-]{0,39}$/.test(service))
    throw new UserError('service is no name of a service');
  return { kind: known, service };
}

function limitIn(parameters: URLSearchParams): number {
  return Math.min(MOST, Math.max(1, numberIn(parameters, 'limit') ?? DEFAULT_LIMIT));
}

function numberIn(parameters: URLSearchParams, key: string): number | undefined {
  const text = parameters.get(key);
  const value = Number(text);
  if (text === null || text === '' || Number.isNaN(value)) return undefined;
  return value;
}
