import type { SpanEnd } from '../tracing.ts';

type FinishedRequest = {
  method: string;
  url: string;
  route: string;
  status: number;
  requestId: string;
  /** Why the status is a 5xx, if that is known. */
  error: unknown;
};

/** How a request ended, for its span. The query stays out: it is the client's own text. */
export function serverSpanEnd({ method, url, route, status, requestId, error }: FinishedRequest): SpanEnd {
  const attributes = {
    'http.request.method': method,
    'url.path': url.split('?', 1)[0] ?? '/',
    'url.scheme': 'http',
    'http.route': route,
    'http.response.status_code': status,
    'http.request.header.x-request-id': requestId,
  };
  const name = `${method} ${route}`;
  if (status < 500) return { name, attributes };
  return { name, attributes: { ...attributes, 'error.type': String(status) }, error: error ?? status };
}
