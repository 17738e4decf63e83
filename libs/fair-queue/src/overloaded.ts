/**
 * - `full`: as much waits as may, in all. `client-full`: as much of this client.
 * - `standing`: more comes than is done, and it had waited for as long as it may then.
 * - `deadline`: the caller's time would be over, or was over, before the work was done.
 */
export type OverloadReason = 'full' | 'client-full' | 'standing' | 'deadline';

/** Work that was not begun because there is more to do than can be done in time: the caller may come again. */
export class Overloaded extends Error {
  readonly problem = {
    status: 503,
    code: 'overloaded',
    title: 'There is more to do here than can be done in time',
  } as const;
  readonly reason: OverloadReason;
  readonly headers: Record<string, string>;

  constructor(reason: OverloadReason, waitMs: number) {
    super(`overloaded: ${reason}`);
    this.name = 'Overloaded';
    this.reason = reason;
    this.headers = { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
  }
}
