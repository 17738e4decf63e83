import { html } from 'htm/preact';
import type { PageRequestDetail } from '../../data/page-requests.ts';
import { clock, duration } from '../format.ts';
import { LogLines } from '../log-lines.ts';
import { Pending } from '../parts.ts';
import { hrefOf, news, status } from '../store.ts';
import { useQuery } from '../use-query.ts';
import { StatusBadge } from './requests-view.ts';
import { barsOf } from '../waterfall.ts';

/** Width of the drawing of a bar, in its own units. */
const WIDTH = 1000;

export function RequestView({ id }: { id: string }) {
  const { answer: detail, isMissing, error } = useQuery<PageRequestDetail>('request', { id }, news);
  if (isMissing)
    return html`<h1>Request</h1>
      <p class="empty">
        No line of request <code>${id}</code> is kept. <a href=${hrefOf('requests')}>All requests</a>
      </p>`;
  if (detail === undefined) return html`<${Pending} error=${error} />`;
  const { request, entries, spans } = detail;
  const bars = barsOf(detail);
  const start = Math.min(...bars.map((bar) => bar.start));
  const whole = Math.max(...bars.map((bar) => bar.start + bar.ms)) - start || 1;
  return html`<h1>
      <span class="mono">${request.method} ${request.route}</span>
      <${StatusBadge} status=${request.status} /> ${duration(request.durationMs)}
    </h1>
    <div class="facts">
      <div><span>began</span><b class="mono">${clock(request.start)}</b></div>
      <div><span>request</span><b class="mono wrap">${request.id}</b></div>
      <div><span>trace</span><b class="mono wrap">${request.traceId}</b></div>
    </div>
    <h2>${spans.length > 0 ? `${spans.length} spans` : 'Where the time went'}</h2>
    <div class="waterfall" role="list">
      ${bars.map(
        (bar) =>
          html`<div class="bar" role="listitem" key=${bar.key}>
            <span class="name" title=${bar.title}
              >${'\u2003'.repeat(bar.depth)}<b class="mono">${bar.service}</b> ${bar.name}</span
            >
            <svg viewBox=${`0 0 ${WIDTH} 12`} preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width=${WIDTH} height="12" />
              <rect
                class=${bar.kind}
                x=${((bar.start - start) / whole) * WIDTH}
                width=${Math.max(2, (bar.ms / whole) * WIDTH)}
                height="12"
              />
            </svg>
            <span class=${`num ${bar.isError ? 'bad' : ''}`}>${duration(bar.ms)}${bar.isError ? ' ✗' : ''}</span>
          </div>`,
      )}
    </div>
    ${spans.length === 0 && html`<p class="dim">From the log lines: each service says how long it waited for whom. ${status.value?.place === 'cluster' ? html`Pods cannot send spans to this page: a collector in the cluster takes them (docs/observability.md).` : html`Where the page runs beside the processes (<code>--ui</code>), there are spans, down to each statement.`}</p>`}
    <h2>Log lines</h2>
    <${LogLines} entries=${entries} />`;
}
