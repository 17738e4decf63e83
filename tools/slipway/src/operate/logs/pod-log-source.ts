import { once } from 'node:events';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { watchResources } from '../../kubernetes/client/watch-resources.ts';
import { NAME_LABEL, PART_OF_LABEL, SERVICE_LABEL } from '../../kubernetes/labels.ts';
import type { Pod } from '../../kubernetes/rollout/pod.ts';
import { containerRuns } from './container-runs.ts';
import { type LogLine, timedLines } from './log-line.ts';
import { FOLLOW_PATIENCE_MS, type LogSource } from './log-source.ts';
import { mergeByTime } from './merge-by-time.ts';
import { readRun } from './read-run.ts';

/** The logs of the pods of `stack`, all containers, through the API server. */
export function podLogSource(api: KubeApi, stack: string): LogSource {
  return async (scope) => {
    const merge = mergeByTime<LogLine>(scope.follow ? FOLLOW_PATIENCE_MS : Infinity);
    const pods = new Map<string, Pod>();
    const searched = new Map<string, string>();
    let isStarted = false;

    const openRuns = () => {
      for (const pod of pods.values()) {
        if (!isWanted(pod, scope.services)) continue;
        for (const run of containerRuns(pod, scope.previous)) {
          if (searched.has(run.id)) continue;
          searched.set(run.id, `${run.pod}/${run.container}`);
          // A process that appears later is shown from its first line.
          const { from, ...rest } = scope;
          const runScope = isStarted || from === undefined ? rest : { ...rest, from };
          if (isStarted) scope.note(`${run.pod}/${run.container} joins`);
          const lines = readRun(api, stack, run, { ...runScope, current: () => pods.get(run.pod) });
          const service = nameOf(pod);
          const isDatabase = service !== (pod.metadata.labels?.[SERVICE_LABEL] ?? service);
          merge.add(timedLines(lines, { service, pod: run.pod, isDatabase }));
        }
      }
      isStarted = true;
    };

    const path = `/api/v1/namespaces/${stack}/pods`;
    const query = { labelSelector: `${PART_OF_LABEL}=${stack}` };
    if (scope.follow) {
      const watcher = { store: pods, changed: openRuns, signal: scope.signal };
      const { failed } = await watchResources(api, { path, query }, watcher);
      merge.add(untilFailure(failed, scope.signal));
      scope.signal.addEventListener('abort', merge.close);
    } else {
      const list = await api.get<{ items: Pod[] }>(`${path}?${new URLSearchParams(query)}`);
      for (const pod of list?.items ?? []) pods.set(pod.metadata.name, pod);
      openRuns();
      merge.close();
    }
    return { lines: merge.items, searched: [...new Set(searched.values())] };
  };
}

function isWanted(pod: Pod, services: string[] | undefined): boolean {
  if (services === undefined) return true;
  return services.includes(nameOf(pod)) || services.includes(pod.metadata.labels?.[SERVICE_LABEL] ?? '');
}

function nameOf({ metadata: { name, labels } }: Pod): string {
  return labels?.[NAME_LABEL] ?? name;
}

/** A stream without items that ends the others when the watch fails. */
async function* untilFailure(failed: Promise<never>, signal: AbortSignal): AsyncGenerator<never> {
  await Promise.race([failed, once(signal, 'abort')]);
}
