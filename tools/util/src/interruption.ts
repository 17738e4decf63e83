import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Whoever has pressed Ctrl-C waits no longer than this for us to leave things tidy, ms. */
const LONGEST_GOODBYE_MS = 3000;

/** Someone has asked us to end. The message is for the user. */
export class InterruptedError extends Error {
  readonly signal: (typeof SIGNALS)[number];
  readonly exitCode: number;

  constructor(signal: (typeof SIGNALS)[number], message = `interrupted by ${signal}`) {
    super(message);
    this.signal = signal;
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Runs `work`, whose signal aborts with an InterruptedError on Ctrl-C, SIGTERM and SIGHUP. What it starts after that is
 * cut short. A terminal and Nx may send several signals for one request: only the first counts.
 */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (signal: (typeof SIGNALS)[number]) => {
    const error = new InterruptedError(signal);
    setTimeout(() => process.exit(error.exitCode), LONGEST_GOODBYE_MS).unref();
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
