import type { NewReservation, Reservation } from '@shop/contracts';
import {
  createServiceClient,
  isOverloaded,
  serviceKeyHeader,
  type Metrics,
  type RequestContext,
  type ServiceAnswer,
  type Tracing,
} from '@shop/service-kit';
import { commonProblems } from '@shop/service-kit/problem';

/** Why there is no stock for an order. */
export type Refusal = { problem: 'insufficientStock' | 'unknownProduct' | 'mixedCurrency'; detail: string };

export type CallContext = Pick<RequestContext, 'requestId' | 'trace' | 'deadline'>;

export type ProductClient = ReturnType<typeof createProductClient>;

type ProductClientOptions = {
  baseUrl: string;
  key: string;
  timeoutMs: number;
  metrics: Metrics;
  tracing?: Tracing | undefined;
};

const refusals: Record<string, Refusal['problem']> = {
  'insufficient-stock': 'insufficientStock',
  'unknown-product': 'unknownProduct',
  'mixed-currency': 'mixedCurrency',
};

/** Reservations at the product service. Both calls are idempotent by the order's id, so both may be tried again. */
export function createProductClient({ baseUrl, key, timeoutMs, metrics, tracing }: ProductClientOptions) {
  const client = createServiceClient({ service: 'product', baseUrl, metrics, tracing });
  const headers = { [serviceKeyHeader]: key };
  return {
    /** The stock, or why there is none. Throws when the outcome is unknown. */
    async reserve(
      reservation: NewReservation,
      context: CallContext,
    ): Promise<{ reservation: Reservation } | { refusal: Refusal }> {
      const answer = await client.call({
        method: 'POST',
        path: '/internal/v1/reservations',
        body: reservation,
        headers,
        timeoutMs,
        isIdempotent: true,
        context,
      });
      const { status, body } = answer;
      if (status === 200) return { reservation: body as Reservation };
      const { code = '', detail = '' } = (body ?? {}) as { code?: string; detail?: string };
      const problem = refusals[code];
      if (problem !== undefined) return { refusal: { problem, detail } };
      if (isOverloaded(answer)) throw overloaded(answer);
      throw commonProblems.upstreamUnavailable({
        detail: 'the product service did not reserve',
        cause: new Error(`${status} ${code}`),
      });
    },

    async release(orderId: string, context: CallContext): Promise<void> {
      const answer = await client.call({
        method: 'DELETE',
        path: `/internal/v1/reservations/${orderId}`,
        headers,
        timeoutMs,
        isIdempotent: true,
        context,
      });
      if (answer.status === 204) return;
      if (isOverloaded(answer)) throw overloaded(answer);
      throw commonProblems.upstreamUnavailable({
        detail: 'the product service did not release',
        cause: new Error(String(answer.status)),
      });
    },

    close: () => client.close(),
  };
}

function overloaded({ retryAfter = '1' }: ServiceAnswer) {
  return commonProblems.overloaded({ headers: { 'retry-after': retryAfter } });
}
