import { commonProblems } from '@shop/service-kit/problem';

export type RateLimit = { take(client: string): void };

const windowMs = 60_000;
const maxClients = 50_000;

/** At most `perMinute` requests of one client in each minute of its own. Off unless it is configured; per replica. */
export function createRateLimit(perMinute: number, now: () => number = Date.now): RateLimit | undefined {
  if (perMinute === 0) return undefined;
  const windows = new Map<string, { start: number; count: number }>();
  return {
    take(client) {
      const time = now();
      let window = windows.get(client);
      if (window === undefined || time - window.start >= windowMs) {
        // A map keeps the order of insertion: the first is the oldest.
        windows.delete(client);
        if (windows.size >= maxClients) windows.delete(windows.keys().next().value ?? '');
        window = { start: time, count: 0 };
        windows.set(client, window);
      }
      window.count += 1;
      if (window.count <= perMinute) return;
      const retryAfter = Math.ceil((window.start + windowMs - time) / 1000);
      throw commonProblems.tooManyRequests({ headers: { 'retry-after': String(Math.max(1, retryAfter)) } });
    },
  };
}
