import { contextName } from '../../kube/target.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { fileLogSource } from '../../logs/file-log-source.ts';
import { podLogSource } from '../../logs/pod-log-source.ts';
import { type LogOptions, printLogs } from '../../logs/print-logs.ts';
import { readSettings } from '../../workspace/settings.ts';
import { explainFailure } from '../explain-failure.ts';

type Options = LogOptions & { local: boolean; context?: string };

export async function logsExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    if (options.local) return { success: await printLogs(fileLogSource(root), options, abort.signal) };
    const { cluster, stack } = readSettings(root);
    const api = await openCluster(contextName(cluster, options.context));
    try {
      return { success: await printLogs(podLogSource(api, stack), options, abort.signal) };
    } finally {
      await api.close();
    }
  } catch (error) {
    return explainFailure(error, options);
  }
}
