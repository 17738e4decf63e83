import { computed, signal } from '@preact/signals';
import type { PageStatus } from '../data/page-types.ts';
import { ask } from './ask.ts';

/** What is shown: the view, what of it, and its filters, all in the address: `#/logs?service=order`. */
export type Route = { view: string; id: string; parameters: URLSearchParams };

const LOOK_MS = 2000;
/** Before the server is asked again whether it is back. */
const AGAIN_MS = 2000;

export const route = signal<Route>(readRoute());
export const status = signal<PageStatus | undefined>(undefined);
/** For the views: they are shown once the first answer has come. */
export const currentStatus = computed(() => {
  if (status.value === undefined) throw new Error('A view is shown before the first status.');
  return status.value;
});
/** `closed`: the link has ended with the process that printed it. */
export const connection = signal<'opening' | 'live' | 'lost' | 'closed'>('opening');
/** Grows when lines or spans have come. */
export const news = signal(0);
export const serviceNames = computed(() => status.value?.services.map(({ name }) => name) ?? []);

function readRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\//, '').split('?', 2);
  const [view = '', id = ''] = path.split('/');
  return { view: view === '' ? 'why' : view, id: decodeURIComponent(id), parameters: new URLSearchParams(query) };
}

export function hrefOf(view: string, parameters: Record<string, string> = {}, id = ''): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== '')).toString();
  return `#/${view}${id === '' ? '' : `/${encodeURIComponent(id)}`}${query === '' ? '' : `?${query}`}`;
}

/** Changes one filter of the view; the way back leads to the view before. */
export function setParameter(name: string, value: string): void {
  const { view, id, parameters } = route.value;
  const changed = { ...Object.fromEntries(parameters), [name]: value };
  history.replaceState(null, '', hrefOf(view, changed, id));
  route.value = readRoute();
}

export async function lookAtStack(): Promise<void> {
  const answer = await ask<PageStatus>('status');
  if ('value' in answer) status.value = answer.value;
  else if (answer.status === 401) connection.value = 'closed';
  else connection.value = 'lost';
}

/** Follows the address and the server for as long as the page is open. */
export function openStore(): void {
  addEventListener('hashchange', () => (route.value = readRoute()));
  const listen = (): void => {
    const events = new EventSource('/api/events');
    events.onopen = () => {
      connection.value = 'live';
      news.value += 1;
    };
    events.onmessage = () => (news.value += 1);
    events.onerror = () => {
      if (connection.value !== 'closed') connection.value = 'lost';
      if (events.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    };
  };
  listen();
  const look = async (): Promise<void> => {
    // A hidden page needs no updates.
    if (document.visibilityState === 'visible') await lookAtStack();
    setTimeout(() => void look(), LOOK_MS);
  };
  void look();
}
