import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long work may take by default to leave things tidy after Ctrl-C, ms. */
const GRACE_MS = 3_000;
/** A terminal, npm and Nx may each send a signal for one and the same request, ms. */
const SAME_REQUEST_MS = 500;

/** A signal asked this process to end. `exitCode` is 128 + its number. */
export class InterruptedError extends UserError {
  override name = 'InterruptedError';
  readonly signal: (typeof SIGNALS)[number];

  constructor(signal: (typeof SIGNALS)[number], message = `interrupted by ${signal}`) {
    super(message, { exitCode: 128 + constants.signals[signal] });
    this.signal = signal;
  }
}

/**
 * Runs `work`, whose signal aborts with an InterruptedError on Ctrl-C, SIGTERM and SIGHUP. The process ends `graceMs`
 * after that at the latest, and at once when it is asked a second time.
 */
export async function interruptible<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { graceMs = GRACE_MS }: { graceMs?: number } = {},
): Promise<Result> {
  const controller = new AbortController();
  let askedAt: number | undefined;
  const stop = (signal: (typeof SIGNALS)[number]): void => {
    const error = new InterruptedError(signal);
    if (askedAt !== undefined) {
      if (performance.now() - askedAt > SAME_REQUEST_MS) process.exit(error.exitCode);
      return;
    }
    askedAt = performance.now();
    setTimeout(() => process.exit(error.exitCode), graceMs).unref();
    controller.abort(error);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    // After a request to end, the handlers stay: the second signal of the same request must not end us halfway.
    if (!controller.signal.aborted) for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** `promise`, unless the signal aborts before: then it throws the signal's reason, and what `promise` waits for is left. */
export async function unlessAborted<Result>(signal: AbortSignal, promise: Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits; throws the signal's reason as soon as it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
