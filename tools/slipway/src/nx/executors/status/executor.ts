import { contextName } from '../../../kubernetes/client/target.ts';
import { openCluster } from '../../../kubernetes/client/open-cluster.ts';
import { showStatus, type StatusOptions } from '../../../operate/status/show-status.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { explainFailure } from '../shared/explain-failure.ts';

type Options = StatusOptions & { context?: string };

export async function statusExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  try {
    const settings = readSettings(root);
    const api = await openCluster(contextName(settings.cluster, options.context));
    try {
      return { success: await showStatus(api, settings, options, abort.signal) };
    } finally {
      await api.close();
    }
  } catch (error) {
    return explainFailure(error, options);
  }
}
