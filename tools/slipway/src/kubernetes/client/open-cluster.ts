import { codeOf, messageOf, UserError } from '@slipway/util/errors';
import { connectKube, type KubeApi } from './kube-api.ts';
import { KubeError } from './kube-error.ts';
import { clusterHint } from './target.ts';

/** Connects and asks whether the API server answers. Throws with the hint when it does not. */
export async function openCluster(context: string): Promise<KubeApi> {
  const api = await connectKube(context);
  try {
    await api.text('/readyz');
    return api;
  } catch (error) {
    await api.close();
    const [message, code] = [messageOf(error), codeOf(error)];
    // A timeout's code is a meaningless number.
    const reason = error instanceof KubeError || typeof code !== 'string' ? message : code;
    throw new UserError(`the cluster of context "${context}" does not answer (${reason})`, {
      hint: clusterHint(context),
    });
  }
}
