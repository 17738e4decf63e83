import { html } from 'htm/preact';
import type { PageDatabase, PageService } from '../../data/page-types.ts';
import { ago, bytes, duration, percent, rate } from '../format.ts';
import { Badge } from '../parts.ts';
import { currentStatus, hrefOf } from '../store.ts';
import { num, optional, Table } from '../table.ts';

export function ServicesView() {
  const { databases } = currentStatus.value;
  return html`<h1>Services</h1>
    <${ServiceTable} />
    <h2>Databases</h2>
    ${
      databases.length === 0
        ? html`<p class="empty">No service that runs declares a postgres() key.</p>`
        : html`<${DatabaseTable} databases=${databases} />`
    }`;
}

export function ServiceTable() {
  const { services } = currentStatus.value;
  if (services.length === 0)
    return html`<p class="empty">
      This workspace has no service. <code>npx nx g slipway:adopt PROJECT</code> makes one of an app,
      <code>npx nx g slipway:service NAME</code> generates one.
    </p>`;
  return html`<${Table}
    columns=${['service', 'state', num('req/s'), num('5xx'), num('p50'), num('p95'), num('cpu'), num('memory'), optional('since')]}
    rows=${services.map((service) => html`<${ServiceRow} key=${service.name} service=${service} />`)}
  />`;
}

function ServiceRow({ service }: { service: PageService }) {
  const { name, state, detail, traffic, since, pods } = service;
  const none = html`<span class="dim">–</span>`;
  const errorShare = traffic?.errorShare;
  const href = hrefOf('services', {}, name);
  return html`<tr class="link" onClick=${() => (location.hash = href)}>
    <td class="mono"><a href=${href}>${name}</a></td>
    <td class="wrap">
      <${Badge} state=${state} />${detail !== undefined && html` <span class="dim">${detail}</span>`} ${pods ?? ''}
    </td>
    <td class="num">${traffic === undefined ? none : rate(traffic.requestsPerSecond)}</td>
    <td class=${`num ${(errorShare ?? 0) > 0 ? 'bad' : ''}`}>
      ${errorShare === undefined ? none : percent(errorShare)}
    </td>
    <td class="num">${traffic?.p50Ms === undefined ? none : duration(traffic.p50Ms)}</td>
    <td class="num">${traffic?.p95Ms === undefined ? none : duration(traffic.p95Ms)}</td>
    <td class="num">${traffic === undefined ? none : percent(traffic.cpuCores)}</td>
    <td class="num">${traffic === undefined ? none : bytes(traffic.memoryBytes)}</td>
    <td class="optional nowrap dim">${since === undefined ? '' : ago(since)}</td>
  </tr>`;
}

export function DatabaseTable({ databases }: { databases: PageDatabase[] }) {
  return html`<${Table}
    columns=${['database', 'state', num('size'), num('connections'), num('migrations'), 'transactions over 1 s']}
    rows=${databases.map(
      ({ name, state, detail, sizeBytes, connections, migrations, transactions }) =>
        html`<tr key=${name}>
          <td class="mono">${name}</td>
          <td><${Badge} state=${state} /> <span class="dim">${detail ?? ''}</span></td>
          <td class="num">${sizeBytes === undefined ? '–' : bytes(sizeBytes)}</td>
          <td class="num">${connections ?? '–'}</td>
          <td class="num">${migrations ?? '–'}</td>
          <td class="mono wrap">
            ${(transactions ?? []).map(
              (it) =>
                html`<div>
                  ${it.pid} ${it.client}
                  <span class=${it.blocks.length > 0 ? 'bad' : 'dim'}
                    >${Math.round(it.seconds)} s
                    ${it.state}${it.blocks.length > 0 ? `, blocks ${it.blocks.join(', ')}` : ''}</span
                  >
                  ${it.query}
                </div>`,
            )}${(transactions ?? []).length === 0 && html`<span class="dim">none</span>`}
          </td>
        </tr>`,
    )}
  />`;
}
