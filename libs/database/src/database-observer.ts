import type { Refusal } from '@shop/fair-queue';

/** Ends one observation; with the error if it failed. */
export type EndObservation = (error?: unknown) => void;

/** Hears what the service's work waits for. */
export type DatabaseObserver = {
  /** `text` has placeholders, never values. */
  statement(text: string): EndObservation;
  /** Waiting for a connection of the pool. */
  connection(): EndObservation;
  /** Work that got no connection because it would have waited for too long, or its caller had left. */
  refused(reason: Refusal): void;
};
