import type { ServerResponse } from 'node:http';
import { commonProblems, type ProblemError } from '@shop/service-kit/problem';
import { atEndOfTurn } from './end-of-turn.ts';
import type { AnswerHead } from './http1/answer-head.ts';
import type { AnswerHandler, Connection } from './http1/connection.ts';
import type { ConnectionPool, PooledRequest } from './http1/connection-pool.ts';

/** The head of our answer is written by the caller, who knows the request's ids. `upstream`: names and values by turns. */
export type WriteHead = (status: number, upstream: string[]) => void;

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
/** Up to this size the body leaves in one piece with the head, as a string; Latin-1 keeps every byte. */
const smallBody = 16_384;

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
  pool: ConnectionPool,
  request: PooledRequest,
  response: ServerResponse,
  writeHead: WriteHead,
): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.dispatch(request, new Exchange(response, writeHead, resolve, reject));
  });
}

/** One request on its way and its answer on the way back. */
class Exchange implements AnswerHandler {
  readonly #response: ServerResponse;
  readonly #writeHead: WriteHead;
  readonly #done: () => void;
  readonly #fail: (error: Error) => void;
  readonly #onClientGone = () => this.#connection?.fail(new Error('the client went away'));
  #connection: Connection | undefined;
  #wasSent = false;
  #isStarted = false;
  #isLong = false;
  #small = '';
  #replacement: ProblemError | undefined;

  constructor(response: ServerResponse, writeHead: WriteHead, done: () => void, fail: (error: Error) => void) {
    this.#response = response;
    this.#writeHead = writeHead;
    this.#done = done;
    this.#fail = fail;
    response.once('close', this.#onClientGone);
  }

  onConnection(connection: Connection): void {
    this.#connection = connection;
    if (this.#response.destroyed) this.#onClientGone();
  }

  onSent(): void {
    this.#wasSent = true;
  }

  onHead(head: AnswerHead): void {
    this.#isStarted = true;
    this.#replacement = unpresentable(head);
    if (this.#replacement === undefined) this.#writeHead(head.status, picked(head));
  }

  onData(bytes: Buffer): boolean {
    if (this.#replacement !== undefined) return true;
    if (!this.#isLong && this.#small.length + bytes.length <= smallBody) {
      this.#small += bytes.toString('latin1');
      return true;
    }
    if (!this.#isLong && this.#small !== '') this.#response.write(this.#small, 'latin1');
    this.#isLong = true;
    // The connection reads into the same memory again.
    if (this.#response.write(Buffer.from(bytes))) return true;
    this.#response.once('drain', () => this.#connection?.resume());
    return false;
  }

  onEnd(): void {
    this.#connection = undefined;
    if (this.#replacement !== undefined) return this.#fail(this.#replacement);
    if (this.#isLong) this.#response.end();
    else atEndOfTurn(this);
    this.#done();
  }

  onError(error: Error): void {
    this.#connection = undefined;
    this.#response.off('close', this.#onClientGone);
    if (this.#isStarted && this.#replacement === undefined) this.#response.destroy();
    this.#fail(new ExchangeError(error, this.#wasSent));
  }

  /** At the end of the turn. */
  write(): void {
    this.#response.end(this.#small, 'latin1');
  }
}

/** A failure that a service did not put into words for clients: the words are ours. */
function unpresentable({ status, headers }: AnswerHead): ProblemError | undefined {
  if (status < 400 || headers['content-type']?.startsWith('application/problem+json')) return undefined;
  if (status >= 500) return commonProblems.upstreamUnavailable();
  return status === 404 ? commonProblems.notFound() : commonProblems.badRequest();
}

function picked({ headers }: AnswerHead): string[] {
  const result: string[] = [];
  for (const name of returned) {
    const value = headers[name];
    if (value !== undefined) result.push(name, value);
  }
  return result;
}
