import { CallerLeft } from './caller-left.ts';
import type { Caller } from './caller.ts';
import { Overloaded, type OverloadReason } from './overloaded.ts';
import { Pressure } from './pressure.ts';

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
  /** As long as no more wait, and none gives up, they may do so until their deadlines. */
  calmLimit: number;
  /** Longest wait, ms since the caller came, when more wait and more comes than is done. */
  overloadedWaitMs: number;
  observer?: QueueObserver;
};

/** What waits of one client, the oldest first. */
type Lane = { jobs: Set<Job>; hasHadTurn: boolean };
type Job = { client: string; cameAt: number; start(): void; refuse(error: Error): void };

/** So long a caller who gave up is a sign that the others are about to. */
const givenUpMs = 1000;
/** Weight of the newest duration in the mean. One slow piece of work is soon forgotten. */
const weight = { slower: 0.2, quicker: 0.5 };
/** An idle queue lets begin what has at least so long, however long work took last. */
const idleWorkMs = 1000;

/**
 * Limits how much runs at once. Clients take turns, whatever each of them brings. What waits is bounded in number, ends
 * with its caller's deadline and leaves with its caller. A burst is worked off in the order in which it came. While more
 * comes than is done, waits are short and the newest is done first, of each client and of those that had no turn: what is
 * old by then is done for callers who are about to give up, and so for nobody.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** By client, who has its turn first. Only clients that have something waiting. */
  readonly #waiting = new Map<string, Lane>();
  readonly #pressure = new Pressure();
  #isOverloaded = false;
  /** When a caller last left after a long wait. */
  #givenUpAt = -Infinity;
  #length = 0;
  /** How many are being prepared, of each client and in all. */
  readonly #preparing = new Map<string, number>();
  #preparingInAll = 0;
  #running = 0;
  #meanMs = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * The result of `work`, which prepares what will be `run` for the same caller. Throws Overloaded or CallerLeft when `run`
   * would do so now. Meanwhile it counts as waiting: of a crowd that comes at once no more is prepared than may wait.
   */
  async prepare<Result>(work: () => Promise<Result>, client = '', caller?: Caller): Promise<Result> {
    const error = this.#refusal(client, caller);
    if (error !== undefined) {
      // It has come, and does not come to `run`.
      this.#pressure.arrived();
      throw this.#count(error);
    }
    this.#notePreparing(client, 1);
    try {
      return await work();
    } finally {
      this.#notePreparing(client, -1);
    }
  }

  /** The result of `work` when its turn has come. Throws Overloaded or CallerLeft when it was not begun. */
  async run<Result>(work: () => Promise<Result>, client = '', caller?: Caller): Promise<Result> {
    this.#pressure.arrived();
    const error = this.#refusal(client, caller);
    if (error !== undefined) throw this.#count(error);
    const arrivedAt = Date.now();
    if (this.#running < this.#options.concurrency) this.#running += 1;
    else await this.#turn(client, caller);
    const startedAt = Date.now();
    this.#pressure.started();
    this.#options.observer?.started(startedAt - arrivedAt);
    try {
      return await work();
    } finally {
      this.#measure(Date.now() - startedAt);
      this.#startNext();
    }
  }

  /** Refuses everything that waits, because of something that concerns it all. */
  refuseAll(error: Error): void {
    for (const job of this.#jobs()) job.refuse(error);
  }

  #refusal(client: string, caller: Caller | undefined): Error | undefined {
    if (caller?.hasLeft === true) return new CallerLeft();
    const { concurrency, limit, clientLimit = limit } = this.#options;
    const free = concurrency - this.#running;
    const isBusy = this.#preparingInAll >= free;
    const waitMs = isBusy ? this.#expectedWaitMs(client) : 0;
    // While nothing runs, only work can tell that it has become quick again.
    const workMs = isBusy ? this.#meanMs : Math.min(this.#meanMs, idleWorkMs);
    if (Date.now() + waitMs + workMs > this.#deadline(caller)) return new Overloaded('deadline', waitMs);
    if (!isBusy) return undefined;
    const own = (this.#waiting.get(client)?.jobs.size ?? 0) + Math.max(0, (this.#preparing.get(client) ?? 0) - free);
    if (own >= clientLimit) return new Overloaded('client-full', waitMs);
    if (this.#length + this.#preparingInAll - free >= limit && this.#longest().size <= own + 1)
      return new Overloaded('full', waitMs);
    return undefined;
  }

  /** Clients take turns: before the next job of `client` come its own and as many of each other client, and one more. */
  #expectedWaitMs(client: string): number {
    // The newest comes first.
    if (this.#isOverloaded) return 0;
    const own = this.#waiting.get(client)?.jobs.size ?? 0;
    let ahead = own;
    for (const [other, { jobs }] of this.#waiting) if (other !== client) ahead += Math.min(jobs.size, own + 1);
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
      const cameAt = caller?.cameAt ?? Date.now();
      const timers: NodeJS.Timeout[] = [];
      const onLeft = () => {
        if (Date.now() - cameAt >= this.#options.overloadedWaitMs) this.#givenUpAt = Date.now();
        job.refuse(new CallerLeft());
      };
      const leave = () => {
        for (const timer of timers) clearTimeout(timer);
        caller?.left.removeEventListener('abort', onLeft);
        this.#remove(job);
      };
      const job: Job = {
        client,
        cameAt,
        start() {
          leave();
          resolve();
        },
        refuse: (error) => {
          leave();
          reject(this.#count(error));
        },
      };
      caller?.left.addEventListener('abort', onLeft);
      this.#add(job);
      timers.push(
        setTimeout(
          () => {
            this.#look();
            if (this.#isOverloaded) job.refuse(new Overloaded('standing', 0));
          },
          cameAt + this.#options.overloadedWaitMs - Date.now(),
        ),
      );
      // Later it could not be done in time any more.
      const latestMs = this.#deadline(caller) - this.#meanMs - Date.now();
      if (latestMs !== Infinity)
        timers.push(setTimeout(() => job.refuse(this.#overloaded('deadline', client)), latestMs));
      this.#look();
    });
  }

  /**
   * Looks whether the queue is overloaded. Overload begins when many wait, or few for longer than they care to, and ends
   * when no more comes than is done.
   */
  #look(): void {
    const was = this.#isOverloaded;
    const isLong = this.#length > this.#options.calmLimit || Date.now() - this.#givenUpAt < givenUpMs;
    this.#isOverloaded = this.#pressure.isHigh && (was || isLong);
    if (was || !this.#isOverloaded) return;
    const since = Date.now() - this.#options.overloadedWaitMs;
    for (const job of this.#jobs()) if (job.cameAt <= since) job.refuse(new Overloaded('standing', 0));
  }

  #startNext(): void {
    this.#look();
    const next = this.#nextLane();
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [client, lane] = next;
    // Whoever has had a turn goes to the end.
    lane.hasHadTurn = true;
    this.#waiting.delete(client);
    this.#waiting.set(client, lane);
    const [oldest] = lane.jobs;
    const job = this.#isOverloaded ? [...lane.jobs].at(-1) : oldest;
    job?.start();
  }

  /** Whose turn it is: under overload the newest client's before those of clients that had one. */
  #nextLane(): [client: string, Lane] | undefined {
    const [first] = this.#waiting;
    if (!this.#isOverloaded) return first;
    return [...this.#waiting].findLast(([, { hasHadTurn }]) => !hasHadTurn) ?? first;
  }

  #notePreparing(client: string, change: number): void {
    this.#preparingInAll += change;
    const count = (this.#preparing.get(client) ?? 0) + change;
    if (count === 0) this.#preparing.delete(client);
    else this.#preparing.set(client, count);
  }

  *#jobs(): Generator<Job> {
    for (const { jobs } of this.#waiting.values()) yield* jobs;
  }

  #add(job: Job): void {
    this.#length += 1;
    const lane = this.#waiting.get(job.client);
    if (lane === undefined) this.#waiting.set(job.client, { jobs: new Set([job]), hasHadTurn: false });
    else lane.jobs.add(job);
  }

  #remove(job: Job): void {
    const jobs = this.#waiting.get(job.client)?.jobs;
    if (jobs?.delete(job) !== true) return;
    this.#length -= 1;
    if (jobs.size === 0) this.#waiting.delete(job.client);
  }

  #longest(): Set<Job> {
    let longest = new Set<Job>();
    for (const { jobs } of this.#waiting.values()) if (jobs.size > longest.size) longest = jobs;
    return longest;
  }

  #measure(ms: number): void {
    const { slower, quicker } = weight;
    this.#meanMs =
      this.#meanMs === 0 ? ms : this.#meanMs + (ms - this.#meanMs) * (ms > this.#meanMs ? slower : quicker);
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
