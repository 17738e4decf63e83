import type { Metrics } from '@shop/service-kit';
import { commonProblems, ProblemError } from '@shop/service-kit/problem';

/** Why a request was not taken on. The words are labels of a metric and a field of the access log. */
const refusals = {
  'service-full': 'as many requests as can be served in time wait for the service already',
  'service-slow': 'the service cannot be reached before the deadline, so many wait for it',
  'client-share': 'as many sign-ins and registrations of this client as are served at once are under way',
  pipeline: 'there are more requests on this connection than are taken before the first is answered',
  memory: 'there is no memory left for this request',
} as const;
/** Why a connection of a client was closed although the client had not finished. */
const closings = ['pipeline', 'pieces', 'memory', 'slow-reader', 'too-many-connections', 'broken-answer'] as const;

export type RefusalReason = keyof typeof refusals;
export type ClosingReason = (typeof closings)[number];

/** 503 `overloaded`: nothing was begun, and it can be tried again. */
export class OverloadError extends ProblemError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(commonProblems.overloaded().problem, { detail: refusals[reason], headers: { 'retry-after': '1' } });
    this.reason = reason;
  }
}

export type Overload = { refused(reason: RefusalReason): void; closed(reason: ClosingReason): void };

/** Counts what is turned away, by reason. */
export function createOverload(metrics: Metrics): Overload {
  return {
    refused: metrics.outcomes(
      'gateway_refused_requests_total',
      'Requests that were answered 503 overloaded',
      Object.keys(refusals) as RefusalReason[],
      'reason',
    ),
    closed: metrics.outcomes(
      'gateway_closed_connections_total',
      'Connections that were closed before their client had finished',
      closings,
      'reason',
    ),
  };
}
