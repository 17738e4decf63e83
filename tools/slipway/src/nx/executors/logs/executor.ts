import { contextName } from '../../../kubernetes/client/target.ts';
import { openCluster } from '../../../kubernetes/client/open-cluster.ts';
import { fileLogSource } from '../../../operate/logs/file-log-source.ts';
import { podLogSource } from '../../../operate/logs/pod-log-source.ts';
import { type LogOptions, printLogs } from '../../../operate/logs/print-logs.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { explainFailure } from '../shared/explain-failure.ts';

type Options = LogOptions & { local: boolean; stack?: string; context?: string };

export async function logsExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    if (options.local) return { success: await printLogs(fileLogSource(root, options.stack), options, abort.signal) };
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
