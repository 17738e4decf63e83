import { printableJson, printableLine } from '@slipway/util/printable';
import { openCluster } from '../../../kubernetes/client/open-cluster.ts';
import { stackAddress } from '../../../kubernetes/client/stack-address.ts';
import { contextName, kindCluster } from '../../../kubernetes/client/target.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { explainFailure } from '../shared/explain-failure.ts';

type Options = { context?: string; json: boolean };

/** Prints where the stack is. */
export async function target(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  try {
    const settings = readSettings(root);
    const context = contextName(settings.cluster, options.context);
    const api = await openCluster(context);
    try {
      const { service, url } = await stackAddress(api, settings);
      const cluster = kindCluster(context);
      const facts = { ...(cluster === undefined ? {} : { cluster }), context, namespace: settings.stack, service, url };
      if (options.json) console.log(printableJson(JSON.stringify(facts)));
      else for (const [fact, value] of Object.entries(facts)) console.log(`${fact.padEnd(10)} ${printableLine(value)}`);
      return { success: true };
    } finally {
      await api.close();
    }
  } catch (error) {
    return explainFailure(error, options);
  }
}
