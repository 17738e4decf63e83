import { kubectl, NAMESPACE } from './stack.ts';

type Pod = {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { containerStatuses?: { restartCount: number }[] };
};

/** Name, uid and restarts of every pod that is there to stay; equal before and after means nothing was touched. */
export async function podIdentities(selector = ''): Promise<string[]> {
  const list = JSON.parse(await kubectl(['-n', NAMESPACE, 'get', 'pods', `--selector=${selector}`, '-o', 'json'])) as {
    items: Pod[];
  };
  return list.items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => {
      const restarts = (status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
      return `${metadata.name} ${metadata.uid} restarts ${restarts.join(',')}`;
    })
    .sort();
}
