import { html } from 'htm/preact';
import type { TargetedEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { PageLogs } from '../../data/page-requests.ts';
import { LogLines } from '../log-lines.ts';
import { Choice, LEVELS, Pending, Search, ServiceChoice } from '../parts.ts';
import { news, route, setParameter } from '../store.ts';
import { useQuery } from '../use-query.ts';

export function LogsView() {
  const { parameters } = route.value;
  const value = (name: string) => parameters.get(name) ?? '';
  const isFollowing = value('follow') !== 'no';
  const filter = { service: value('service'), level: value('level'), find: value('find') };
  const { answer: logs, error } = useQuery<PageLogs>('logs', filter, isFollowing ? news : undefined);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const lines = box.current?.querySelector('.lines');
    if (isFollowing && lines instanceof Element) lines.scrollTop = lines.scrollHeight;
  }, [logs?.last, isFollowing]);
  const onFollow = (event: TargetedEvent<HTMLInputElement>) =>
    setParameter('follow', event.currentTarget.checked ? '' : 'no');
  return html`<h1>Logs</h1>
    <div class="filters">
      <${Search} name="find" label="Words, status=503, durationMs>100" value=${filter.find} />
      <${ServiceChoice} value=${filter.service} />
      <${Choice} name="level" label="All levels" value=${filter.level} options=${LEVELS} />
      <label><input type="checkbox" checked=${isFollowing} onChange=${onFollow} /> Follow</label>
      ${logs !== undefined && html`<span class="dim">${logs.matched} shown of ${logs.searched} searched${logs.dropped > 0 ? `, ${logs.dropped} older ones dropped` : ''}</span>`}
    </div>
    ${error !== undefined && html`<${Pending} error=${error} />`}
    <div ref=${box}>
      ${
        logs !== undefined && logs.entries.length === 0
          ? html`<p class="empty">
              ${logs.last < 0 ? 'No service has written a line yet.' : 'No line has all of this. Remove a filter.'}
            </p>`
          : html`<${LogLines} entries=${logs?.entries ?? []} isTall=${true} />`
      }
    </div>`;
}
