import { UserError } from '@slipway/util/errors';
import { LEVEL_NAMES, levelNumber } from '../../operate/logs/log-level.ts';
import type { PageData } from '../data/page-data.ts';
import { wordsIn } from '../data/words-in.ts';

/** A query of the page; undefined: there is no such thing. */
export type Query = (data: PageData, parameters: URLSearchParams) => unknown;

const MOST = 1000;
const DEFAULT_LIMIT = 300;

/** By the path below `/api/`. docs/page.md lists them. */
export const QUERIES: Record<string, Query> = {
  status: (data) => data.status(),
  logs: (data, parameters) => {
    const services = parameters.getAll('service');
    return data.logs.find({
      limit: limitIn(parameters),
      words: wordsIn(parameters.get('find')),
      services: services.length === 0 ? undefined : services,
      level: levelIn(parameters),
      request: parameters.get('request') ?? undefined,
      after: numberIn(parameters, 'after'),
    });
  },
  requests: (data, parameters) => {
    const [service, route, status] = ['service', 'route', 'status'].map((key) => parameters.get(key) ?? undefined);
    return data.requests.find({
      limit: limitIn(parameters),
      service,
      route,
      status,
      minMs: numberIn(parameters, 'min-ms'),
    });
  },
  request: (data, parameters) => data.request(parameters.get('id') ?? ''),
  service: (data, parameters) => data.details(parameters.get('service') ?? ''),
  deploys: (data) => data.deploys(),
  diff: (data) => data.diff(),
  api: (data) => data.api(),
  runs: (data) => data.runs.list(),
  comparison: (data, parameters) =>
    data.runs.compare(parameters.get('before') ?? undefined, parameters.get('run') ?? undefined),
  environment: (data, parameters) => data.environment(parameters.get('service') ?? ''),
};

function limitIn(parameters: URLSearchParams): number {
  return Math.min(MOST, Math.max(1, Math.floor(numberIn(parameters, 'limit') ?? DEFAULT_LIMIT)));
}

function levelIn(parameters: URLSearchParams): number | undefined {
  const text = parameters.get('level');
  if (text === null || text === '') return undefined;
  if (!LEVEL_NAMES.some((name) => name === text))
    throw new UserError(`level: "${text}" is none of ${LEVEL_NAMES.join(', ')}`);
  return levelNumber(text);
}

function numberIn(parameters: URLSearchParams, key: string): number | undefined {
  const text = parameters.get(key);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UserError(`${key}: "${text}" is no number`);
  return value;
}
