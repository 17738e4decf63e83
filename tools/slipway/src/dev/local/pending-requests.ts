import type { UserError } from '@slipway/util/errors';

/**
 * What is asked of one running service. Every request ends the attempt that is under way, and wakes a service that
 * waits; resets and pauses are executed between two attempts.
 */
export class PendingRequests {
  #isStopping = false;
  #attempt = new AbortController();
  #wake = Promise.withResolvers<void>();
  #edits: string[] = [];
  #reset: PromiseWithResolvers<void> | undefined;
  #start: PromiseWithResolvers<void> | undefined;
  #pause: { done: PromiseWithResolvers<void>; resumed: PromiseWithResolvers<void> } | undefined;

  /** Whether the service is to end for good. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Whether the attempt that is under way has lost its purpose. */
  get isAttemptOver(): boolean {
    return this.#isStopping || this.#attempt.signal.aborted;
  }

  get attemptSignal(): AbortSignal {
    return this.#attempt.signal;
  }

  /** What came in while the last attempt ended is part of this one. */
  beginAttempt(): void {
    this.#wake = Promise.withResolvers();
    this.#attempt = new AbortController();
  }

  /** Resolves at the next request. */
  next(): Promise<void> {
    return this.#wake.promise;
  }

  takeEdits(): string[] {
    return this.#edits.splice(0);
  }

  edited(paths: string[]): void {
    this.#edits.push(...paths);
    this.#interrupt();
  }

  /** Resolves once the data are gone. A service that pauses starts again after that. */
  reset(): Promise<void> {
    this.#reset ??= Promise.withResolvers();
    this.#interrupt();
    this.#pause?.resumed.resolve();
    return this.#reset.promise;
  }

  /** Resolves once the service serves. */
  start(): Promise<void> {
    this.#start ??= Promise.withResolvers();
    this.#interrupt();
    this.#pause?.resumed.resolve();
    return this.#start.promise;
  }

  /** Resolves once the process has ended. */
  pause(): Promise<void> {
    this.#pause ??= { done: Promise.withResolvers(), resumed: Promise.withResolvers() };
    this.#interrupt();
    return this.#pause.done.promise;
  }

  stop(): void {
    this.giveUp();
    this.#attempt.abort();
    this.#pause?.resumed.resolve();
  }

  /** Ends the service as soon as the attempt that is under way is through. */
  giveUp(): void {
    this.#isStopping = true;
    this.#wake.resolve();
  }

  onStarted(): void {
    this.#start?.resolve();
    this.#start = undefined;
  }

  onFailed(reason: UserError): void {
    this.#start?.reject(reason);
    this.#start = undefined;
  }

  /** Executes, between two attempts, what was asked; a pause lasts until `start` or `stop`. */
  async execute(work: { reset(): Promise<void>; pause(): Promise<void> }): Promise<void> {
    await this.#executeReset(work);
    if (!this.#isStopping && this.#pause !== undefined) {
      await work.pause();
      this.#pause.done.resolve();
      await this.#pause.resumed.promise;
      this.#pause = undefined;
      // Asked meanwhile: left until after the next attempt, it would empty a database that is in use again.
      await this.#executeReset(work);
    }
  }

  async #executeReset(work: { reset(): Promise<void> }): Promise<void> {
    if (this.#isStopping || this.#reset === undefined) return;
    await work.reset().then(this.#reset.resolve, this.#reset.reject);
    this.#reset = undefined;
  }

  /** After the last attempt, which nothing follows. */
  refuseAll(reason: UserError): void {
    this.onFailed(reason);
    this.#reset?.reject(reason);
    this.#pause?.done.reject(reason);
  }

  #interrupt(): void {
    this.#attempt.abort();
    this.#wake.resolve();
  }
}
