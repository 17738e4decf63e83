import type { KubeApi } from './kube-api.ts';

type EventList = {
  items: {
    type: string;
    reason: string;
    message: string;
    count?: number;
    lastTimestamp: string | null;
    eventTime: string | null;
  }[];
};

/** The warnings that Kubernetes recorded about an object, oldest first: `Reason: message (×count)`. */
export async function objectWarnings(api: KubeApi, namespace: string, name: string): Promise<string[]> {
  const query = new URLSearchParams({ fieldSelector: `involvedObject.name=${name},type=Warning` });
  const list = await api.get<EventList>(`/api/v1/namespaces/${namespace}/events?${query}`);
  const at = (event: EventList['items'][number]) => event.lastTimestamp ?? event.eventTime ?? '';
  return (list?.items ?? [])
    .sort((a, b) => at(a).localeCompare(at(b)))
    .map(({ reason, message, count = 1 }) => `${reason}: ${message}${count > 1 ? ` (×${count})` : ''}`);
}
