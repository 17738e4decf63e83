import type { Caller } from '@shop/fair-queue';

/** Milliseconds that the caller still waits. Relative, because clocks differ. */
export const timeoutHeader = 'x-request-timeout-ms';
const longestMs = 10_000;

/** The caller of one request: waits as long as it says, and until its connection closes. */
export class RequestCaller implements Caller {
  readonly cameAt = Date.now();
  readonly deadline: number;
  #hasLeft = false;
  #controller: AbortController | undefined;

  /** `timeout`: the header. */
  constructor(timeout: string | string[] | undefined) {
    const isTimeout = typeof timeout === 'string' && /^\d{1,6}$/.test(timeout);
    this.deadline = this.cameAt + (isTimeout ? Math.min(Number(timeout), longestMs) : longestMs);
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  get left(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#hasLeft) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  leave(): void {
    this.#hasLeft = true;
    this.#controller?.abort();
  }
}
