import type { APIRequestContext } from '@playwright/test';

export type Reply<Body = unknown> = {
  status: number;
  headers: Record<string, string>;
  /** Parsed when it says that it is JSON, else the text. */
  body: Body;
};

export type RequestOptions = {
  token?: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent byte for byte, with `contentType` (default: JSON's). */
  raw?: string;
  contentType?: string;
};

/** The public HTTP interface as a client sees it: every status is an answer, nothing is retried. */
export class Api {
  readonly #request: APIRequestContext;

  constructor(request: APIRequestContext) {
    this.#request = request;
  }

  get<Body>(path: string, options?: RequestOptions): Promise<Reply<Body>> {
    return this.send('GET', path, options);
  }

  post<Body>(path: string, options?: RequestOptions): Promise<Reply<Body>> {
    return this.send('POST', path, options);
  }

  patch<Body>(path: string, options?: RequestOptions): Promise<Reply<Body>> {
    return this.send('PATCH', path, options);
  }

  async send<Body>(method: string, path: string, options: RequestOptions = {}): Promise<Reply<Body>> {
    const { token, headers = {}, json, raw, contentType = 'application/json' } = options;
    const text = json === undefined ? raw : JSON.stringify(json);
    const response = await this.#request.fetch(path, {
      method,
      maxRedirects: 0,
      timeout: 15_000,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
      // As bytes: Playwright mends a string that is not the JSON that its content type promises.
      ...(text === undefined ? {} : { data: Buffer.from(text) }),
    });
    const isJson = /[/+]json\b/.test(response.headers()['content-type'] ?? '');
    return {
      status: response.status(),
      headers: response.headers(),
      body: (isJson ? await response.json() : await response.text()) as Body,
    };
  }
}
