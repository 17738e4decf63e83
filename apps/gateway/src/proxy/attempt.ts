import type { ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { commonProblems, type ProblemError } from '@shop/service-kit/problem';
import type { ClientConnection } from '../clients/client-connection.ts';
import { flushOnImmediate } from './flush-on-immediate.ts';
import type { ServiceConnection } from './service-connections.ts';
import { costOf, StreamedAnswer } from './streamed-answer.ts';

/** Whoever wants to know what becomes of a request. */
export type AttemptOwner = {
  readonly response: ServerResponse;
  readonly client: ClientConnection;
  /** Bytes of the answer that may be held for a slow reader. */
  readonly mostHeld: number;
  /** Writes the head of the answer: status, and names and values by turns. */
  writeHead(status: number, headers: string[]): void;
  /** The service has begun to answer. */
  onHeard(): void;
  /** The answer is complete, but for what the client has not read yet. */
  onAnswered(attempt: Attempt): void;
  onFailed(error: Error, attempt: Attempt): void;
  /** undici is through with the connection, whoever hears of the answer. */
  onReleased(attempt: Attempt): void;
};

type HeaderFields = Record<string, string | string[] | undefined>;

/** Answers up to this cost are complete before their first byte leaves: what breaks off can be repeated, or is a 503. */
const heldWhole = 65_536;
/** Up to this size the body leaves in one piece with the head, as a string; Latin-1 keeps every byte. */
const smallBody = 16_384;
/** Rest of an answer that nobody waits for and that is read to its end; a longer one costs more than a connection. */
const mostIgnored = 262_144;
/** More interim answers than any service has a use for are no answer. */
const mostInterim = 16;

/**
 * One request on one connection to a service, and its answer on the way to the client. Exactly one of `onAnswered` and
 * `onFailed` comes, unless it was aborted or ignored before.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly connection: ServiceConnection;
  readonly started = performance.now();
  /** From here on the service may have acted on the request. */
  wasSent = false;
  /** Something of the answer has gone out. */
  isStarted = false;
  /** The whole answer has arrived. */
  isComplete = false;
  status = 0;
  /** Why the answer is not for clients; then nothing of it is written. */
  refusal: ProblemError | undefined;
  readonly #owner: AttemptOwner;
  #isHeard = true;
  #controller: Dispatcher.DispatchController | undefined;
  #abortReason: Error | undefined;
  #interim = 0;
  #ignored = 0;
  #headers: HeaderFields = {};
  #pieces: Buffer[] = [];
  #cost = 0;
  #stream: StreamedAnswer | undefined;

  constructor(owner: AttemptOwner, connection: ServiceConnection) {
    this.#owner = owner;
    this.connection = connection;
  }

  /** Ends it, at the price of its connection. */
  abort(reason: Error): void {
    this.#isHeard = false;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }

  /** Nobody waits for it any more: it runs to its end, and nothing of it is kept. */
  ignore(): void {
    this.#isHeard = false;
    this.#pieces = [];
    this.#stream = undefined;
    this.#controller?.resume();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason !== undefined) controller.abort(this.#abortReason);
    else this.wasSent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: HeaderFields): void {
    if (status < 200) {
      // Not for our client, who did not ask for them.
      this.#interim += 1;
      if (this.#interim > mostInterim) controller.abort(new Error('the service sends interim answers without end'));
      return;
    }
    this.#owner.onHeard();
    this.status = status;
    this.#headers = headers;
    this.refusal = unpresentable(status, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Buffer): void {
    if (!this.#isHeard || this.refusal !== undefined) {
      this.#ignored += costOf(piece);
      if (this.#ignored > mostIgnored) controller.abort(new Error('the rest of the answer is not needed'));
      return;
    }
    if (this.#stream !== undefined) {
      if (!this.#stream.push(piece)) controller.pause();
      return;
    }
    this.#pieces.push(piece);
    this.#cost += costOf(piece);
    this.#owner.client.take(this.#cost);
    if (this.#cost > heldWhole) this.#startStream();
  }

  onResponseEnd(): void {
    this.isComplete = true;
    flushOnImmediate(this);
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isHeard) this.#fail(error);
    flushOnImmediate(this);
  }

  /** At the end of the turn: undici has finished with the connection, and writes of one turn wake their readers once. */
  write(): void {
    this.#owner.onReleased(this);
    if (!this.#isHeard) return;
    try {
      if (this.refusal === undefined) this.#complete();
    } catch (error) {
      // A header that Node lets nobody write.
      return this.#fail(error as Error);
    }
    this.#isHeard = false;
    this.#owner.onAnswered(this);
  }

  #fail(error: Error): void {
    this.#isHeard = false;
    this.#owner.onFailed(error, this);
  }

  #complete(): void {
    if (this.#stream !== undefined) return this.#stream.end();
    const { response, client } = this.#owner;
    const [first, ...others] = this.#pieces;
    const body = others.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#owner.writeHead(this.status, pickHeaders(this.status, this.#headers, body?.length));
    if (body === undefined) response.end();
    else if (body.length <= smallBody) response.end(body.toString('latin1'), 'latin1');
    else response.end(body);
    client.take(0);
    client.noteUnsent();
  }

  #startStream(): void {
    const { response, client, mostHeld } = this.#owner;
    this.#owner.writeHead(this.status, pickHeaders(this.status, this.#headers, undefined));
    this.isStarted = true;
    const onRoom = () => this.#controller?.resume();
    this.#stream = new StreamedAnswer({ response, client, most: mostHeld, onRoom }, this.#pieces);
    this.#pieces = [];
  }
}

/** A failure that a service did not put into words for clients: the words are ours. */
function unpresentable(status: number, headers: HeaderFields): ProblemError | undefined {
  if (status < 400 || String(headers['content-type']).startsWith('application/problem+json')) return undefined;
  if (status >= 500) return commonProblems.upstreamUnavailable();
  return status === 404 ? commonProblems.notFound() : commonProblems.badRequest();
}

const returned = [
  'content-type',
  // No client was offered to the service as one that takes it; without this word none could even read it.
  'content-encoding',
  'content-length',
  'location',
  'retry-after',
  'www-authenticate',
  'allow',
  'cache-control',
  'idempotency-replayed',
];

/** Names and values by turns. Of a repeated header the first. `length`: of the whole body, where it is known. */
function pickHeaders(status: number, headers: HeaderFields, length: number | undefined): string[] {
  const picked: string[] = [];
  for (const name of returned) {
    const value = headers[name];
    if (value === undefined || (status === 204 && name === 'content-length')) continue;
    picked.push(name, typeof value === 'string' ? value : (value[0] ?? ''));
  }
  if (length !== undefined && headers['content-length'] === undefined) picked.push('content-length', String(length));
  return picked;
}
