import { setTimeout as sleep } from 'node:timers/promises';
import type { PageData } from './page-data.ts';

/** How long no line comes before what was written is taken for read, ms. */
const QUIET_MS = 400;
const MOST_MS = 10_000;
/** How long the first line may take: the streams of many pods are opened first, ms. */
const FIRST_MS = 3000;
/** Between two scrapes: long enough for a rate, ms. */
const WINDOW_MS = 2000;

/** Resolves when the lines that are there have been read, or after 10 s; after 3 s where there is none. */
export async function logsRead({ logs }: PageData): Promise<void> {
  const begun = Date.now();
  let [last, since] = [-1, begun];
  const isQuiet = () => Date.now() - since > (last < 0 ? FIRST_MS : QUIET_MS);
  while (Date.now() - begun < MOST_MS && !isQuiet()) {
    await sleep(QUIET_MS / 4);
    const { last: now } = logs.find({ limit: 0 });
    if (now !== last) [last, since] = [now, Date.now()];
  }
}

/** Looks twice at the stack: one look has no rates. */
export async function twoLooks(data: PageData): Promise<void> {
  await data.status();
  await sleep(WINDOW_MS);
}
