import type { CoreV1Event } from '@kubernetes/client-node';
import type { Live } from '../live.ts';
import type { KubeApi } from './kube-api.ts';

/** An event about an object. `uid`: the object's; a pod of a StatefulSet has its name from the pod before. */
export type ObjectEvent = { type: string; reason: string; message: string; count: number; uid: string | undefined };

/** What Kubernetes recorded about the object of that name, oldest first. */
export async function objectEvents(api: KubeApi, namespace: string, name: string): Promise<ObjectEvent[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.name=${name}` });
  const list = await api.get<{ items: Live<CoreV1Event>[] }>(`/api/v1/namespaces/${namespace}/events?${query}`);
  return (list?.items ?? [])
    .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .map(({ type = '', reason = '', message = '', count, series, involvedObject }) => ({
      type,
      reason,
      message,
      count: series?.count ?? count ?? 1,
      uid: involvedObject.uid,
    }));
}

/** Its warnings as text: `Reason: message (×count)`. */
export async function objectWarnings(api: KubeApi, namespace: string, name: string): Promise<string[]> {
  const events = await objectEvents(api, namespace, name);
  return events
    .filter(({ type }) => type === 'Warning')
    .map(({ reason, message, count }) => `${reason}: ${message}${count > 1 ? ` (×${count})` : ''}`);
}

function timeOf({ series, lastTimestamp, eventTime, firstTimestamp }: Live<CoreV1Event>): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? '';
}
