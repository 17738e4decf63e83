import { html } from 'htm/preact';
import type { PageRequest } from '../../data/page-requests.ts';
import { clock, duration } from '../format.ts';
import { Badge, Choice, Pending, Search, ServiceChoice } from '../parts.ts';
import { hrefOf, news, route } from '../store.ts';
import { num, optional, Table } from '../table.ts';
import { useQuery } from '../use-query.ts';

export function RequestsView() {
  const { parameters } = route.value;
  const value = (name: string) => parameters.get(name) ?? '';
  const filter = {
    service: value('service'),
    route: value('route'),
    status: value('status'),
    'min-ms': value('min-ms'),
  };
  const { answer: requests, error } = useQuery<PageRequest[]>('requests', filter, news);
  const isFiltered = Object.values(filter).some((text) => text !== '');
  return html`<h1>Requests</h1>
    <div class="filters">
      <${Search} name="route" label="Route: GET /api/v1/products" value=${filter.route} />
      <${ServiceChoice} value=${filter.service} />
      <${Choice} name="status" label="Any status" value=${filter.status} options=${['2xx', '3xx', '4xx', '5xx']} />
      <${Choice}
        name="min-ms"
        label="Any duration"
        value=${filter['min-ms']}
        options=${['10', '50', '100', '500', '1000']}
      />
      ${filter['min-ms'] !== '' && html`<span class="dim">ms or longer</span>`}
    </div>
    ${error !== undefined && html`<${Pending} error=${error} />`}
    ${
      requests !== undefined && requests.length === 0
        ? html`<p class="empty">
            ${isFiltered ? 'No request has all of this. Remove a filter.' : html`No request yet. Send one with curl, or from <a href=${hrefOf('api')}>API</a>.`}
          </p>`
        : html`<${RequestTable} requests=${requests ?? []} />`
    }`;
}

function RequestTable({ requests }: { requests: PageRequest[] }) {
  return html`<${Table}
    columns=${['at', 'request', 'status', num('time'), 'waited for', optional('services')]}
    rows=${requests.map(
      (it) =>
        html`<tr key=${it.id} class="link" onClick=${() => (location.hash = hrefOf('requests', {}, it.id))}>
          <td class="mono nowrap">${clock(it.start)}</td>
          <td class="mono"><a href=${hrefOf('requests', {}, it.id)}>${it.method} ${it.route}</a></td>
          <td><${StatusBadge} status=${it.status} /></td>
          <td class="num">${duration(it.durationMs)}</td>
          <td class="nowrap">${waits(it.waitedMs)}</td>
          <td class="optional dim">${it.services.join(', ')}</td>
        </tr>`,
    )}
  />`;
}

export function StatusBadge({ status }: { status: number }) {
  return html`<${Badge} state=${status >= 500 ? 'error' : status >= 400 ? 'warning' : 'ok'} text=${String(status)} />`;
}

function waits(waitedMs: Record<string, number>): string {
  return Object.entries(waitedMs)
    .sort(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${duration(ms)}`)
    .join(', ');
}
