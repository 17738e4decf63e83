import { CallerLeft } from './caller-left.ts';
import type { Caller } from './caller.ts';
import { Overloaded, type OverloadReason } from './overloaded.ts';

/** Why work was not begun. */
export const refusals = ['full', 'client-full', 'standing', 'deadline', 'left'] as const satisfies (
  OverloadReason | 'left'
)[];
export type Refusal = (typeof refusals)[number];

export type QueueObserver = {
  /** Work begins that has waited so long; 0 when its turn came at once. */
  started(waitedMs: number): void;
  refused(reason: Refusal): void;
};

export type FairQueueOptions = {
  /** Pieces of work that run at once. */
  concurrency: number;
  /** Most that wait, in all. */
  limit: number;
  /** Most that wait of one client. */
  clientLimit?: number;
  /** Longest that anything waits, whatever its caller says, ms. */
  patienceMs?: number;
  /** Longest wait, ms, that is begun while the queue stands: has not been empty for a second. */
  standingWaitMs: number;
  /** So many may wait all the same, however long each piece of work takes: a few callers are no flood. */
  standingMinimum: number;
  observer?: QueueObserver;
};

type Job = { client: string; start(): void; refuse(error: Error): void };

/** A queue that has not been empty for so long is no burst but more than can be done. */
const standingMs = 1000;
/** Weight of the newest duration in the mean: some ten pieces of work are remembered. */
const weight = 0.2;

/**
 * Limits how much runs at once. Clients take turns, whatever each of them brings. What waits is bounded in number, ends
 * with its caller's deadline and leaves with its caller. A burst is taken in as far as deadlines allow; once the queue
 * stands, waits are kept short, so that a flood is refused at once and what is done is done for callers who still wait.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** By client, who has its turn first. Only clients that have something waiting. */
  readonly #waiting = new Map<string, Set<Job>>();
  #length = 0;
  #running = 0;
  #standsSince = 0;
  #meanMs = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** Throws Overloaded or CallerLeft when `run` would do so now: before anything else is done for the caller. */
  check(client = '', caller?: Caller): void {
    const error = this.#refusal(client, caller);
    if (error !== undefined) throw this.#count(error);
  }

  /** The result of `work` when its turn has come. Throws Overloaded or CallerLeft when it was not begun. */
  async run<Result>(work: () => Promise<Result>, client = '', caller?: Caller): Promise<Result> {
    this.check(client, caller);
    const arrived = Date.now();
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#turn(client, caller);
    const started = Date.now();
    this.#options.observer?.started(started - arrived);
    try {
      return await work();
    } finally {
      this.#measure(Date.now() - started);
      this.#startNext();
    }
  }

  /** Refuses everything that waits, because of something that concerns it all. */
  refuseAll(error: Error): void {
    for (const jobs of this.#waiting.values()) for (const job of jobs) job.refuse(error);
  }

  #refusal(client: string, caller: Caller | undefined): Error | undefined {
    if (caller?.hasLeft === true) return new CallerLeft();
    const { concurrency, limit, clientLimit = limit, standingWaitMs, standingMinimum } = this.#options;
    const isBusy = this.#running >= concurrency;
    const waitMs = isBusy ? this.#expectedWaitMs(client) : 0;
    if (Date.now() + waitMs + this.#meanMs > this.#deadline(caller)) return new Overloaded('deadline', waitMs);
    if (!isBusy) return undefined;
    const own = this.#waiting.get(client)?.size ?? 0;
    if (own >= clientLimit) return new Overloaded('client-full', waitMs);
    const stands = this.#length >= Math.max(1, standingMinimum) && Date.now() - this.#standsSince > standingMs;
    if (stands && waitMs > standingWaitMs) return new Overloaded('standing', waitMs - standingWaitMs);
    if (this.#length >= limit && this.#longest().size <= own + 1) return new Overloaded('full', waitMs);
    return undefined;
  }

  /** Clients take turns: before the next job of `client` come its own and as many of each other client, and one more. */
  #expectedWaitMs(client: string): number {
    const own = this.#waiting.get(client)?.size ?? 0;
    let ahead = own;
    for (const [other, jobs] of this.#waiting) if (other !== client) ahead += Math.min(jobs.size, own + 1);
    return (ahead * this.#meanMs) / this.#options.concurrency;
  }

  #deadline(caller: Caller | undefined): number {
    const { patienceMs = Infinity } = this.#options;
    return Math.min(caller?.deadline ?? Infinity, Date.now() + patienceMs);
  }

  #turn(client: string, caller: Caller | undefined): Promise<void> {
    // A full queue takes in who has less in it than another, in the place of that other's newest.
    if (this.#length >= this.#options.limit) [...this.#longest()].at(-1)?.refuse(this.#overloaded('full', client));
    return new Promise((resolve, reject) => {
      const onLeft = () => job.refuse(new CallerLeft());
      const leave = () => {
        clearTimeout(timer);
        caller?.left.removeEventListener('abort', onLeft);
        this.#remove(job);
      };
      const job: Job = {
        client,
        start() {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(this.#count(error));
        },
      };
      // Later it could not be done in time any more.
      const latestMs = this.#deadline(caller) - this.#meanMs - Date.now();
      const timer =
        latestMs === Infinity
          ? undefined
          : setTimeout(() => job.refuse(this.#overloaded('deadline', client)), latestMs);
      caller?.left.addEventListener('abort', onLeft);
      this.#add(job);
    });
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [client, jobs] = next;
    const [job] = jobs;
    // Whoever has had a turn goes to the end.
    this.#waiting.delete(client);
    this.#waiting.set(client, jobs);
    job?.start();
  }

  #add(job: Job): void {
    if (this.#length === 0) this.#standsSince = Date.now();
    this.#length += 1;
    const jobs = this.#waiting.get(job.client);
    if (jobs === undefined) this.#waiting.set(job.client, new Set([job]));
    else jobs.add(job);
  }

  #remove(job: Job): void {
    const jobs = this.#waiting.get(job.client);
    if (jobs?.delete(job) !== true) return;
    this.#length -= 1;
    if (jobs.size === 0) this.#waiting.delete(job.client);
  }

  #longest(): Set<Job> {
    let longest = new Set<Job>();
    for (const jobs of this.#waiting.values()) if (jobs.size > longest.size) longest = jobs;
    return longest;
  }

  #measure(ms: number): void {
    this.#meanMs = this.#meanMs === 0 ? ms : this.#meanMs + (ms - this.#meanMs) * weight;
  }

  #overloaded(reason: OverloadReason, client: string): Overloaded {
    return new Overloaded(reason, this.#expectedWaitMs(client));
  }

  #count(error: Error): Error {
    if (error instanceof Overloaded) this.#options.observer?.refused(error.reason);
    else if (error instanceof CallerLeft) this.#options.observer?.refused('left');
    return error;
  }
}
