import type { PageService, PageSpan, StackLook } from 'slipway/page';

export const SERVICES = 300;
export const LINES = 1_000_000;
export const SPANS = 100_000;
/** Spans of one request. */
const SPANS_PER_TRACE = 10;
/** Lines of one request, of four services. */
const LINES_PER_REQUEST = 8;
/** Requests of which one says the rare words. */
const RARE = 20_000;

export type GeneratedLine = { time: number; service: string; pod: string; isDatabase: boolean; text: string };

const ROUTES = ['GET /api/v1/products', 'GET /api/v1/products/:id', 'POST /api/v1/orders', 'GET /api/v1/users/me'];
const MESSAGES = ['read from the cache', 'reserved stock of a product', 'checked an access token', 'wrote an order'];

/** The same numbers for every run. */
export function randomNumbers(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function hex(random: () => number, length: number): string {
  let text = '';
  while (text.length < length)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}

const serviceName = (number: number) => `service-${String(number).padStart(3, '0')}`;

/** Lines as services of the shop write them: each request passes four services of 300. */
export function* generateLines(count: number, random = randomNumbers()): Generator<GeneratedLine> {
  const begun = Date.now() - count;
  for (let request = 0; request * LINES_PER_REQUEST < count; request += 1) {
    const requestId = `${hex(random, 8)}-${hex(random, 4)}-7${hex(random, 3)}-${hex(random, 4)}-${hex(random, 12)}`;
    const traceId = hex(random, 32);
    const [method = '', route = ''] = ROUTES[Math.floor(random() * ROUTES.length)]!.split(' ');
    const status = random() < 0.01 ? 503 : random() < 0.05 ? 404 : 200;
    for (let at = 0; at < LINES_PER_REQUEST; at += 1) {
      const time = begun + request * LINES_PER_REQUEST + at;
      const service = serviceName(Math.floor(random() * SERVICES));
      const common = { time, service, requestId, traceId, spanId: hex(random, 16) };
      const isEnd = at % 2 === 1;
      const durationMs = Math.round(random() ** 6 * 30_000) / 10;
      const text = isEnd
        ? {
            ...common,
            level: status >= 500 ? 'error' : 'info',
            method,
            route,
            status,
            durationMs,
            waitedMs: { database: durationMs / 2 },
            msg: 'request finished',
          }
        : {
            ...common,
            level: 'debug',
            productId: hex(random, 32),
            msg: MESSAGES[Math.floor(random() * MESSAGES.length)],
          };
      const rare = request % RARE === RARE - 1 && at === 0 ? { note: 'the zebra crossed', code: 'wxq' } : {};
      yield {
        time,
        service,
        pod: `${service}-${hex(random, 9)}`.slice(0, 18),
        isDatabase: false,
        text: JSON.stringify({ ...text, ...rare }),
      };
    }
  }
}

export function generateSpans(count: number, random = randomNumbers(2)): PageSpan[] {
  return Array.from({ length: count }, (_, at) => {
    const trace = Math.floor(at / SPANS_PER_TRACE);
    return {
      traceId: trace.toString(16).padStart(32, '0'),
      spanId: at.toString(16).padStart(16, '0'),
      parentSpanId: at % SPANS_PER_TRACE === 0 ? '' : (at - 1).toString(16).padStart(16, '0'),
      service: serviceName(Math.floor(random() * SERVICES)),
      name: 'GET /api/v1/products',
      kind: at % 3 === 0 ? 'server' : 'client',
      start: Date.now() - count + at,
      durationMs: random() * 50,
      isError: false,
      attributes: {
        'http.request.method': 'GET',
        'url.full': `http://service/${hex(random, 12)}`,
        'db.query.text': 'select id, name, price_cents from products where id = $1',
      },
    };
  });
}

export function generatedLook(): StackLook {
  const services = Array.from({ length: SERVICES }, (_, number): PageService => ({
    name: serviceName(number),
    state: 'ready',
    url: 'http://127.0.0.1:1',
    failingChecks: [],
    traffic: { requestsPerSecond: 12, errorShare: 0, p50Ms: 4, p95Ms: 21, cpuCores: 0.04, memoryBytes: 1e8 },
    actions: ['restart', 'stop'],
  }));
  const edges = services.slice(1).map(({ name }, at) => ({
    from: serviceName(Math.floor(at / 3)),
    to: name,
    isDeclared: true,
    calls: 9,
    requestsPerSecond: 1,
  }));
  return { isReady: true, findings: [], services, databases: [], edges, starts: [], actions: [] };
}
