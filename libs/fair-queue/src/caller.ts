/** Who waits for a result, and for how long. */
export type Caller = {
  /** Unix time, ms: when the caller came, which may be long before the work is asked for. */
  readonly cameAt: number;
  /** Unix time, ms. The result is of no use after it. */
  readonly deadline: number;
  /** The caller's connection has closed: there is nobody to give a result to. */
  readonly hasLeft: boolean;
  /** Aborted when the caller leaves. Made when it is first asked for: most callers never wait. */
  readonly left: AbortSignal;
};
