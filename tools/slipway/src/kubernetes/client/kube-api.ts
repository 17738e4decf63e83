import { UserError } from '@slipway/util/errors';
import { type Dispatcher, Pool, ProxyAgent, WebSocket } from 'undici';
import { parsePrivate } from '../../services/secrets/parse-private.ts';
import { clusterAccess } from './cluster-access.ts';
import { KubeError } from './kube-error.ts';

/**
 * The API server's REST interface with the credentials of a kubeconfig context. Requests are raw JSON: typed clients
 * drop fields that they do not know and cannot ask for strict validation.
 */
export type KubeApi = {
  context: string;
  /** JSON answer, or undefined for 404. Throws KubeError for any other refusal. */
  get: <Answer>(path: string) => Promise<Answer | undefined>;
  /** JSON answer. Throws KubeError. */
  send: <Answer>(
    method: 'PATCH' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    contentType?: string,
  ) => Promise<Answer>;
  /** Plain text, e.g. a log. Throws KubeError. */
  text: (path: string) => Promise<string>;
  /** Lines of an answer that does not end until `signal` aborts or the server closes it. */
  lines: (path: string, signal: AbortSignal) => AsyncGenerator<string>;
  /** A WebSocket to a subresource such as `portforward`. */
  socket: (path: string, protocol: string) => WebSocket;
  close: () => Promise<void>;
};

/** Whatever takes longer than this is not answering, ms. Watches are exempt. */
const REQUEST_TIMEOUT_MS = 15_000;

/** An answer may be a Secret: what is wrong with it is said without a word of it. */
function answerOf<Answer>(method: string, path: string, text: string): Answer {
  return parsePrivate(`the answer of ${method} ${path.split('?')[0]}`, text, JSON.parse);
}

/** Throws when the kubeconfig has no such context. */
export async function connectKube(context: string, timeoutMs = REQUEST_TIMEOUT_MS): Promise<KubeApi> {
  const { server, headers: credentials, tls, proxy } = await clusterAccess(context);
  const { origin } = new URL(server);
  const options = {
    // Over HTTP/2 an aborted watch ends the whole process with an error that cannot be caught.
    allowH2: false,
    bodyTimeout: 0,
  };
  const open = (more: { connections?: number } = {}): Dispatcher =>
    proxy === undefined
      ? new Pool(origin, { ...options, ...more, connect: tls })
      : new ProxyAgent({ ...options, ...more, uri: proxy, proxyTunnel: true, requestTls: tls });
  const pool = open({ connections: 32 });
  // Each open stream keeps a separate connection; with a bound, the logs of many pods would wait for each other.
  const streams = open();

  async function request(method: string, path: string, body?: unknown, contentType = 'application/json') {
    const headers = {
      ...credentials,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': contentType }),
    };
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const content = body === undefined ? null : JSON.stringify(body);
      const answer = await pool.request({ origin, method, path, headers, body: content, signal });
      const text = await answer.body.text();
      if (answer.statusCode >= 400) throw new KubeError(method, path, answer.statusCode, text);
      return text;
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      throw new UserError(
        `${context}: the API server did not answer ${method} ${path.split('?')[0]} within ${timeoutMs / 1000} s`,
        {
          hint: `see whether the machine or the node is overloaded, then run it again: kubectl --context ${context} get nodes`,
          cause: error,
        },
      );
    }
  }

  return {
    context,
    get: async <Answer>(path: string) => {
      try {
        return answerOf<Answer>('GET', path, await request('GET', path));
      } catch (error) {
        if (error instanceof KubeError && error.status === 404) return undefined;
        throw error;
      }
    },
    send: async <Answer>(method: string, path: string, body: unknown, contentType?: string) =>
      answerOf<Answer>(method, path, await request(method, path, body, contentType)),
    text: (path) => request('GET', path),
    async *lines(path, signal) {
      const answer = await streams.request({ origin, method: 'GET', path, headers: credentials, signal });
      if (answer.statusCode >= 400) throw new KubeError('GET', path, answer.statusCode, await answer.body.text());
      let rest = '';
      answer.body.setEncoding('utf8');
      for await (const chunk of answer.body) {
        const parts = (rest + String(chunk)).split('\n');
        rest = parts.pop() ?? '';
        yield* parts.filter((line) => line !== '');
      }
      if (rest !== '') yield rest;
    },
    socket: (path, protocol) =>
      new WebSocket(new URL(path, server), { protocols: protocol, dispatcher: streams, headers: credentials }),
    close: async () => {
      await Promise.all([pool.destroy(), streams.destroy()]);
    },
  };
}
