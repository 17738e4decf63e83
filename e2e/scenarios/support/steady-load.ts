import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestOptions } from '@shop/client';
import { api } from './shop.ts';

/** One kind of request, sent so often whether or not earlier ones are answered. */
export type Stream = RequestOptions & {
  name: string;
  everyMs: number;
  method: 'GET' | 'POST';
  path: string;
  expect: number;
};

export type Load = {
  /** Stops sending, waits for what is under way, and answers the number of good answers and every other one. */
  stop: () => Promise<{ good: Record<string, number>; failures: string[] }>;
};

/** Sends the streams until it is stopped: an open loop, so that a pause of the stack shows. */
export function startLoad(streams: Stream[]): Load {
  const good = Object.fromEntries(streams.map(({ name }) => [name, 0]));
  const failures: string[] = [];
  const pending = new Set<Promise<void>>();
  const stopping = new AbortController();
  const send = async ({ name, method, path, expect, ...options }: Stream) => {
    const answer = await api
      .call(method, path, options)
      .catch((error: Error) => ({ status: 0, text: `${error.message} ${String(error.cause ?? '')}` }));
    if (answer.status === expect) good[name]! += 1;
    else failures.push(`${new Date().toISOString()} ${name}: ${answer.status} ${answer.text.slice(0, 300)}`);
  };
  const run = async (stream: Stream) => {
    while (!stopping.signal.aborted) {
      const sent: Promise<void> = send(stream).finally(() => pending.delete(sent));
      pending.add(sent);
      await sleep(stream.everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const senders = streams.map(run);
  return {
    async stop() {
      stopping.abort();
      await Promise.all(senders);
      await Promise.all(pending);
      return { good, failures };
    },
  };
}
