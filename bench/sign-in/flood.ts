import { setTimeout as sleep } from 'node:timers/promises';
import type { SignIn } from './client.ts';

export type Flood = {
  /** What has been answered, or given up, so far. */
  ended: SignIn[];
  /** Sign-ins that were sent. */
  sent: number;
  /** Everything that is still waited for. */
  rest: Promise<unknown>;
};

type FloodOptions = { perSecond: number; seconds: number; send: (n: number) => Promise<SignIn> };

/** A steady number of sign-ins per second, whatever becomes of the ones before. Resolves when the last has been sent. */
export async function flood({ perSecond, seconds, send }: FloodOptions): Promise<Flood> {
  const ended: SignIn[] = [];
  const all: Promise<unknown>[] = [];
  const started = performance.now();
  let elapsedS = 0;
  while ((elapsedS = (performance.now() - started) / 1000) < seconds) {
    // As many as are due: a timer that is late must not make the flood lighter.
    while (all.length < elapsedS * perSecond) all.push(send(all.length).then((result) => ended.push(result)));
    await sleep(10);
  }
  return { ended, sent: all.length, rest: Promise.all(all) };
}
