import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@slipway/util/errors';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { KubeError } from '../../kubernetes/client/kube-error.ts';
import type { Pod } from '../../kubernetes/rollout/pod.ts';
import { type ContainerRun, isRunning } from './container-runs.ts';
import type { LogScope } from './log-source.ts';

type RunScope = Pick<LogScope, 'from' | 'follow' | 'signal' | 'note'> & {
  /** The current pod; undefined once it is deleted. */
  current: () => Pod | undefined;
};

/** Before a log that broke off is asked for again, ms. */
const REOPEN_MS = 1000;

/**
 * The lines of one run, `received` in ms since 1970. While following, a connection that breaks is opened again as long as
 * the container runs. A log that cannot be read is noted: those of the others are still worth reading.
 */
export async function* readRun(
  api: KubeApi,
  stack: string,
  run: ContainerRun,
  { from, follow, signal, note, current }: RunScope,
): AsyncGenerator<{ text: string; received: number }> {
  let since = from === undefined ? undefined : new Date(from).toISOString();
  while (!signal.aborted) {
    // `sinceTime` counts in whole seconds; the stamps are of one length, so their text sorts.
    const seen = since ?? '';
    const query = new URLSearchParams({
      container: run.container,
      timestamps: 'true',
      follow: String(follow),
      previous: String(run.isPrevious),
      ...(since === undefined ? {} : { sinceTime: since }),
    });
    try {
      for await (const line of api.lines(`/api/v1/namespaces/${stack}/pods/${run.pod}/log?${query}`, signal)) {
        const space = line.indexOf(' ');
        const stamp = line.slice(0, space);
        if (stamp <= seen) continue;
        since = stamp;
        const text = line.slice(space + 1);
        if (text.trim() !== '') yield { text, received: Date.parse(stamp) };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof KubeError) {
        note(`${run.pod}/${run.container} cannot be read: ${error.message}`);
        return;
      }
      if (!follow) throw error;
      note(`${run.pod}/${run.container} broke off: ${messageOf(error)}`);
    }
    if (!follow || !isRunning(current(), run)) return;
    await sleep(REOPEN_MS, undefined, { signal }).catch(() => undefined);
    if (!isRunning(current(), run)) return;
  }
}
