// A caller says by its type argument or its assertions what shape it expects.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** `body` is the parsed JSON, undefined where the answer is none; `text` is what came in either case. */
export type Answer<Body = Json> = { status: number; headers: Headers; body: Body; text: string };

export type RequestOptions = {
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent byte for byte. */
  body?: unknown;
};

/** HTTP as a client sees it: every status is an answer, no redirect is followed, nothing is sent twice. */
export type ApiClient = {
  call<Body = Json>(method: string, path: string, options?: RequestOptions): Promise<Answer<Body>>;
  get<Body = Json>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  post<Body = Json>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  patch<Body = Json>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  /** The body of an answer with `status`. Throws at every other one, with the request and what came. */
  expect<Body = Json>(status: number, method: string, path: string, options?: RequestOptions): Promise<Body>;
};

/** Longer than any deadline of a service. */
const defaultTimeoutMs = 30_000;

/**
 * The few lines between a caller and `fetch`. `url`: the server's address, or how to find it at the first request. Rejects
 * with what `fetch` says, and with SyntaxError for an answer that calls itself JSON and is none.
 */
export function createApiClient(
  url: string | (() => Promise<string>),
  { timeoutMs = defaultTimeoutMs }: { timeoutMs?: number } = {},
): ApiClient {
  async function call<Body>(method: string, path: string, { token, body, headers }: RequestOptions = {}) {
    const base = typeof url === 'string' ? url : await url();
    // Paths begin with a slash of their own.
    const response = await fetch(`${base.replace(/\/+$/, '')}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    const parsed = (isJson && text !== '' ? JSON.parse(text) : undefined) as Body;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  return {
    call,
    get: (path, options) => call('GET', path, options),
    post: (path, options) => call('POST', path, options),
    patch: (path, options) => call('PATCH', path, options),
    async expect<Body>(status: number, method: string, path: string, options?: RequestOptions) {
      const answer = await call<Body>(method, path, options);
      if (answer.status === status) return answer.body;
      throw new Error(`${method} ${path} answered ${answer.status}, not ${status}: ${answer.text}`);
    },
  };
}
