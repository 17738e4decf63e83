import assert from 'node:assert/strict';

// A test says by its assertions what shape it expects.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Answer = { status: number; headers: Headers; body: any; text: string };

export type ApiClient = {
  call(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
};

/** Longer than any deadline of a service. */
const timeoutMs = 30_000;

/** The few lines between a test and `fetch`. */
export function createApiClient(url: string): ApiClient {
  return {
    async call(method, path, { token, body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
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
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text !== '' ? JSON.parse(text) : undefined,
        text,
      };
    },
  };
}

/** Whether the answer is that problem, in the form that every problem has. */
export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body?.code], [status, code], answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.requestId, answer.headers.get('x-request-id'));
  if (status === 503) assert.match(answer.headers.get('retry-after') ?? 'no Retry-After', /^[1-9]\d*$/);
  for (const key of ['type', 'title', 'detail']) assert.equal(typeof answer.body[key], 'string', key);
}
