import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { commonProblems, type ProblemError } from '@shop/service-kit/problem';
import type { Dispatcher } from 'undici';

/** The head of our answer is written by the caller, who knows the request's ids. */
export type WriteHead = (status: number, upstream: Record<string, string>) => void;

const returned = [
  'content-type',
  'content-length',
  'location',
  'retry-after',
  'www-authenticate',
  'allow',
  'cache-control',
  'idempotency-replayed',
];

/** An upstream that did not answer. `wasSent`: it may have acted on the request. */
export class ExchangeError extends Error {
  readonly wasSent: boolean;

  constructor(cause: Error, wasSent: boolean) {
    super(cause.message, { cause });
    this.name = 'ExchangeError';
    this.wasSent = wasSent;
  }
}

/** One request to an upstream whose answer goes to `response`. Settles when the answer is complete. */
export function exchange(
  upstream: Dispatcher,
  options: Dispatcher.DispatchOptions,
  response: ServerResponse,
  writeHead: WriteHead,
): Promise<void> {
  return new Promise((done, fail) => {
    let first: Buffer | undefined;
    let replacement: ProblemError | undefined;
    let isStarted = false;
    let wasSent = false;
    let controllerOf: Dispatcher.DispatchController | undefined;
    const onClientGone = () => {
      if (!response.writableFinished) controllerOf?.abort(new Error('the client went away'));
    };
    response.once('close', onClientGone);
    upstream.dispatch(options, {
      onRequestStart(controller) {
        // Undici calls this right before it writes the request to a connected socket.
        wasSent = true;
        controllerOf = controller;
      },
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        replacement = unpresentable(status, headers);
        isStarted = true;
        if (replacement === undefined) writeHead(status, picked(headers));
      },
      onResponseData(controller, chunk) {
        if (replacement !== undefined) return;
        // Most answers are one chunk, which then leaves together with the head.
        if (first === undefined) {
          first = chunk;
          return;
        }
        if (first.length > 0) response.write(first);
        first = Buffer.alloc(0);
        if (!response.write(chunk)) {
          controller.pause();
          response.once('drain', () => controller.resume());
        }
      },
      onResponseEnd() {
        response.off('close', onClientGone);
        if (replacement !== undefined) return fail(replacement);
        // As a string it leaves in one piece with the head; Latin-1 keeps every byte.
        if (first !== undefined && first.length < 16_384) response.end(first.toString('latin1'), 'latin1');
        else response.end(first);
        done();
      },
      onResponseError(_controller, error) {
        response.off('close', onClientGone);
        if (isStarted && replacement === undefined) response.destroy();
        fail(new ExchangeError(error, wasSent));
      },
    });
  });
}

/** A failure that a service did not put into words for clients: the words are ours. */
function unpresentable(status: number, headers: IncomingHttpHeaders): ProblemError | undefined {
  if (status < 400 || headers['content-type']?.startsWith('application/problem+json')) return undefined;
  if (status >= 500) return commonProblems.upstreamUnavailable();
  return status === 404 ? commonProblems.notFound() : commonProblems.badRequest();
}

function picked(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of returned) {
    const value = headers[name];
    if (typeof value === 'string') result[name] = value;
  }
  return result;
}
