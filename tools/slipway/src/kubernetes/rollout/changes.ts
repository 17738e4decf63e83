/** Says when something changed, and waits for a change that matters. */
export type Changes = {
  changed: () => void;
  /** Every wait, now and later, rejects with the error. */
  fail: (error: unknown) => void;
  /** Resolves with the first defined value of `probe`, asked now and after every change. Rejects at the deadline, ms. */
  until: <Value>(probe: () => Value | undefined, deadlineMs: number) => Promise<Value>;
};

export class DeadlineError extends Error {}

export function openChanges(): Changes {
  const listeners = new Set<() => void>();
  const failures = new Set<(error: unknown) => void>();
  let failure: { error: unknown } | undefined;
  return {
    changed: () => listeners.forEach((listener) => listener()),
    fail: (error) => {
      failure = { error };
      failures.forEach((fail) => fail(error));
    },
    until: (probe, deadlineMs) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          clearTimeout(timer);
          listeners.delete(check);
          failures.delete(fail);
          finish();
        };
        const check = () => {
          const value = probe();
          if (value !== undefined) end(() => resolve(value));
        };
        const fail = (error: unknown) => end(() => reject(error));
        const timer = setTimeout(() => fail(new DeadlineError()), deadlineMs);
        listeners.add(check);
        failures.add(fail);
        if (failure !== undefined) fail(failure.error);
        else check();
      }),
  };
}
