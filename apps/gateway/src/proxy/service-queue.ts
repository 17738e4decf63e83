import { ranks, type Rank } from '../clients/client-connection.ts';
import { OverloadError } from '../overload.ts';
import type { ServiceConnection, ServiceConnections } from './service-connections.ts';

export type Waiter = {
  /** performance.now() at which it is too late for an answer. */
  readonly deadline: number;
  /** performance.now() at which it came into the queue, which sets it. */
  waitingSince: number;
  readonly rank: Rank;
  /** A connection is its own until it gives it back by `release`. */
  onConnection(connection: ServiceConnection): void;
  /** It has left the queue: nothing can be done for it in time. */
  onRefused(error: OverloadError): void;
};

/** Younger ones may wait: a service that pauses is not yet one that stands. With the sweep it makes less than a second. */
const judgedAfterMs = 850;
/** With less time left nothing is begun. */
const leastMs = 50;
/** A service that is silent for so many of its usual times stands. */
const usualTimes = 3;
/** How much of the usual time the last answer makes. */
const lastShare = 0.05;

/** The part of the connections that requests of pipelines get at most. */
const pipelinedShare = 1 / 8;

/**
 * Who waits for a connection to one service: by rank, and first come, first served. Whoever cannot be answered before its deadline
 * hears it early: at once when too many wait, else within a second.
 */
export class ServiceQueue {
  readonly #connections: ServiceConnections;
  readonly #most: number;
  readonly #mostPipelined: number;
  readonly #waiting: Waiter[] = [];
  #pipelined = 0;
  #isPumping = false;
  /** What an answer takes, a moving average; 0: nothing is known yet. */
  #usualMs = 0;
  #heardAt = 0;

  constructor(connections: ServiceConnections, { most, connectionsInAll }: { most: number; connectionsInAll: number }) {
    this.#connections = connections;
    this.#most = most;
    this.#mostPipelined = Math.max(1, Math.floor(connectionsInAll * pipelinedShare));
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Gives it a connection now or later. Throws OverloadError when too many wait. */
  enter(waiter: Waiter): void {
    if (this.#waiting.length === 0 && waiter.rank !== ranks.pipelining) {
      const connection = this.#connections.take();
      if (connection !== undefined) return waiter.onConnection(connection);
    }
    if (this.#waiting.length >= this.#most && !this.#makeRoomFor(waiter)) throw new OverloadError('service-full');
    waiter.waitingSince = performance.now();
    this.#waiting.push(waiter);
    this.#pump();
  }

  leave(waiter: Waiter): void {
    const place = this.#waiting.indexOf(waiter);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** An answer of the service has begun. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** `answeredMs`: how long the service took, if it answered. */
  release(connection: ServiceConnection, waiter: Waiter, answeredMs: number | undefined): void {
    if (waiter.rank === ranks.pipelining) this.#pipelined -= 1;
    if (answeredMs !== undefined)
      this.#usualMs = this.#usualMs === 0 ? answeredMs : this.#usualMs + (answeredMs - this.#usualMs) * lastShare;
    this.#connections.give(connection);
    this.#pump();
  }

  /** To be called some times a second. */
  sweep(now: number): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    const silentMs = now - Math.max(this.#heardAt, first.waitingSince);
    const isStanding = silentMs > Math.max(judgedAfterMs, usualTimes * this.#usualMs);
    const turnMs = isStanding ? Infinity : this.#usualMs / Math.max(1, this.#connections.busy);
    // Its own time comes after that of those before it.
    let readyAt = now + this.#usualMs;
    for (const waiter of [...this.#waiting]) {
      const ownTurnMs = waiter.rank === ranks.pipelining ? turnMs / pipelinedShare : turnMs;
      readyAt += ownTurnMs;
      if (now - waiter.waitingSince < judgedAfterMs || readyAt < waiter.deadline) continue;
      readyAt -= ownTurnMs;
      this.leave(waiter);
      waiter.onRefused(new OverloadError('service-slow'));
    }
  }

  /** A request that fails at once gives its connection back while this runs: the loop goes on, nothing is nested. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let waiter = this.#next(); waiter !== undefined; waiter = this.#next()) {
      const connection = this.#connections.take();
      if (connection === undefined) break;
      this.leave(waiter);
      if (waiter.deadline - performance.now() < leastMs) {
        this.#connections.give(connection);
        waiter.onRefused(new OverloadError('service-slow'));
        continue;
      }
      if (waiter.rank === ranks.pipelining) this.#pipelined += 1;
      waiter.onConnection(connection);
    }
    this.#isPumping = false;
  }

  #next(): Waiter | undefined {
    let next: Waiter | undefined;
    for (const waiter of this.#waiting) {
      if (waiter.rank === ranks.pipelining && this.#pipelined >= this.#mostPipelined) continue;
      if (next === undefined || waiter.rank < next.rank) next = waiter;
    }
    return next;
  }

  /** The last of the highest rank leaves for one of a lower. */
  #makeRoomFor({ rank }: Waiter): boolean {
    let last: Waiter | undefined;
    for (const waiter of this.#waiting) if (waiter.rank > rank && waiter.rank >= (last?.rank ?? 0)) last = waiter;
    if (last === undefined) return false;
    this.leave(last);
    last.onRefused(new OverloadError('service-full'));
    return true;
  }
}
