import type { ServerResponse } from 'node:http';
import { timeoutHeader, type CallFailure } from '@shop/service-kit';
import { commonProblems, type ProblemError } from '@shop/service-kit/problem';
import type { ClientConnection, Rank } from '../clients/client-connection.ts';
import { Attempt, type AttemptOwner } from './attempt.ts';
import { OverloadError, type Overload } from '../overload.ts';
import type { ServiceConnection, ServiceConnections } from './service-connections.ts';
import type { ServiceQueue, Waiter } from './service-queue.ts';

export type ProxiedRequest = {
  method: string;
  path: string;
  /** Names and values by turns. */
  headers: string[];
  body: Buffer | null;
  response: ServerResponse;
  client: ClientConnection;
  /** Whether it may be sent again although the service may have acted on it. */
  isRepeatable: boolean;
  /** Whether it may be cut off when its client has left. */
  isAbandonable: boolean;
  /** Writes the head of the answer: status, and names and values by turns. */
  writeHead(status: number, headers: string[]): void;
  /** It was given up, and the service may have acted on it. */
  onUncertain(): void;
};

export type CallOutcome = number | CallFailure;

/** The service to which an exchange is under way. */
export type ExchangeOwner = {
  readonly timeoutMs: number;
  readonly mostHeld: number;
  readonly overload: Overload;
  readonly connections: ServiceConnections;
  readonly queue: ServiceQueue;
  release(attempt: Attempt, exchange: Exchange, method: string): void;
  forget(exchange: Exchange): void;
  /** Whether one more connection may be spent on a request whose client has left. */
  mayAbort(): boolean;
  observe(method: string, outcome: CallOutcome, ms: number): void;
};

/** The service gives up before we do, so that its answer, not our timeout, reaches the client. */
const hopMarginMs = 50;
/**
 * A service that is gone is a 503 within two seconds; one that takes no connection uses up one of them. Until then it is
 * tried on: of two pods one may be dead, and the service's address leads to either.
 */
const unreachableMs = 900;
/** A request that may have been acted on is worth waiting for a replica that knows: all of a service's pods may be new. */
const uncertainMs = 9000;
/** A service that takes requests and answers none must not get many times its load. */
const mostSent = 3;

export class ClientLeftError extends Error {
  constructor() {
    super('the client went away');
    this.name = 'ClientLeftError';
  }
}

/** One request of a client at a service: the wait for a connection, the tries, the answer. Settles once. */
export class Exchange implements Waiter, AttemptOwner {
  /** Where its upstream has it; -1: no longer. */
  place = -1;
  waitingSince = 0;
  readonly rank: Rank;
  readonly started = performance.now();
  readonly deadline: number;
  readonly response: ServerResponse;
  readonly client: ClientConnection;
  readonly mostHeld: number;
  readonly writeHead: ProxiedRequest['writeHead'];
  readonly #request: ProxiedRequest;
  readonly #upstream: ExchangeOwner;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #attempt: Attempt | undefined;
  #pause: NodeJS.Timeout | undefined;
  /** Attempts whose connections undici has not left yet. */
  #open = 0;
  #isSettled = false;
  #isUncertain = false;
  #tries = 0;
  #sent = 0;

  constructor(upstream: ExchangeOwner, request: ProxiedRequest, resolve: () => void, reject: (error: unknown) => void) {
    this.#upstream = upstream;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.deadline = this.started + upstream.timeoutMs;
    this.mostHeld = upstream.mostHeld;
    this.response = request.response;
    this.client = request.client;
    this.rank = request.client.rank;
    this.writeHead = request.writeHead;
  }

  /** Waits for a connection, and sends the request on it. */
  start(): void {
    this.client.onLeft = () => this.#leave();
    this.#try();
  }

  onConnection(connection: ServiceConnection): void {
    const { method, path, headers, body } = this.#request;
    const remainingMs = Math.max(1, Math.floor(this.deadline - performance.now()) - hopMarginMs);
    if (this.#tries === 0) headers.push(timeoutHeader, String(remainingMs));
    else headers[headers.length - 1] = String(remainingMs);
    this.#tries += 1;
    this.#open += 1;
    this.#attempt = new Attempt(this, connection);
    this.#upstream.connections.send(connection, { method, path, headers, body }, this.#attempt);
  }

  onRefused(error: OverloadError): void {
    this.#giveUp(error);
  }

  onHeard(): void {
    this.#upstream.queue.heard();
  }

  onAnswered({ status, refusal }: Attempt): void {
    this.#observe(status);
    this.#settle(refusal);
  }

  onFailed(error: Error, attempt: Attempt): void {
    this.#note(attempt);
    if (attempt.isStarted) return this.#break(error);
    const elapsed = performance.now() - this.started;
    const isWorthwhile =
      (this.#request.isRepeatable || !attempt.wasSent) &&
      this.#sent < mostSent &&
      (this.#isUncertain ? elapsed < Math.min(uncertainMs, this.#upstream.timeoutMs) : elapsed < unreachableMs);
    if (!isWorthwhile) return this.#giveUp(commonProblems.upstreamUnavailable({ cause: error }));
    this.#attempt = undefined;
    this.#pause = setTimeout(() => this.#try(), (25 + Math.random() * 50) * Math.min(this.#tries, 2));
  }

  onReleased(attempt: Attempt): void {
    this.#open -= 1;
    this.#upstream.release(attempt, this, this.#request.method);
    this.#forget();
  }

  /** The deadline has come. */
  expire(): void {
    const attempt = this.#attempt;
    attempt?.abort(new Error('the service does not answer in time'));
    if (this.#isSettled) return;
    if (attempt !== undefined) this.#note(attempt);
    if (attempt?.isStarted) return this.#break(new Error('the answer was not complete at the deadline'));
    // Too slow is who has the request; who could not be given it (again) is away.
    if (attempt?.wasSent) this.#giveUp(commonProblems.upstreamTimeout());
    else if (this.#tries > 0) this.#giveUp(commonProblems.upstreamUnavailable());
    else this.#giveUp(new OverloadError('service-slow'));
  }

  #try(): void {
    try {
      this.#upstream.queue.enter(this);
    } catch (error) {
      this.#giveUp(error as OverloadError);
    }
  }

  /** The client has left. What it asked for is cut off, or runs to its end unheard. */
  #leave(): void {
    const attempt = this.#attempt;
    if (attempt !== undefined && this.#request.isAbandonable && this.#upstream.mayAbort())
      attempt.abort(new ClientLeftError());
    else attempt?.ignore();
    this.#settle(new ClientLeftError());
  }

  get #isSafe(): boolean {
    return this.#request.method === 'GET' || this.#request.method === 'HEAD';
  }

  #note({ wasSent }: Attempt): void {
    if (!wasSent) return;
    this.#sent += 1;
    this.#isUncertain ||= !this.#isSafe;
  }

  /** Part of the answer has reached the client, who must see that the rest will not come. */
  #break(error: Error): void {
    this.#observe('unreachable');
    this.#upstream.overload.closed('broken-answer');
    this.client.reset();
    this.#settle(error);
  }

  #giveUp(problem: ProblemError): void {
    const isTimeout = problem.problem.code === 'upstream-timeout';
    if (this.#tries > 0) this.#observe(isTimeout ? 'timeout' : 'unreachable');
    if (this.#isUncertain) this.#request.onUncertain();
    this.#settle(problem);
  }

  #observe(outcome: CallOutcome): void {
    this.#upstream.observe(this.#request.method, outcome, performance.now() - this.started);
  }

  #settle(error: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.client.onLeft = undefined;
    clearTimeout(this.#pause);
    this.#upstream.queue.leave(this);
    if (error === undefined) this.#resolve();
    else this.#reject(error);
    this.#forget();
  }

  #forget(): void {
    if (!this.#isSettled || this.#open > 0 || this.place < 0) return;
    this.#upstream.forget(this);
    this.place = -1;
  }
}
