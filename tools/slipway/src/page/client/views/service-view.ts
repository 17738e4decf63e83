import { html } from 'htm/preact';
import type { PageKey } from '../../data/page-types.ts';
import { ago } from '../format.ts';
import { ActionButton, Badge } from '../parts.ts';
import { hrefOf, status } from '../store.ts';
import { useQuery } from '../use-query.ts';
import { StartTable } from './deploys-view.ts';
import { DatabaseTable } from './services-view.ts';

export function ServiceView({ name }: { name: string }) {
  const { answer: keys, isMissing } = useQuery<PageKey[]>('environment', { service: name }, false);
  const now = status.value!;
  const service = now.services.find((it) => it.name === name);
  if (service === undefined)
    return html`<h1>${name}</h1>
      <p class="empty">There is no such service. <a href=${hrefOf('services')}>All services</a></p>`;
  const { state, detail, url, pid, since, pool, failingChecks, actions, pods, image, revision, migration } = service;
  const databases = now.databases.filter((database) => database.service === name);
  const starts = now.starts.filter((start) => start.service === name);
  const facts = Object.entries({ address: url, process: pid, pods, revision, image, migration }).filter(
    ([, value]) => value !== undefined,
  );
  return html`<h1>${name} <${Badge} state=${state} /> <span class="dim">${detail ?? ''}</span></h1>
    <div class="facts">
      ${facts.map(([what, value]) => html`<div key=${what}><span>${what}</span><b class="mono">${value}</b></div>`)}
      ${since !== undefined && html`<div><span>in this state for</span><b>${ago(since)}</b></div>`}
      ${pool !== undefined && html`<div><span>database pool</span><b class=${pool.pending > 0 ? 'bad' : ''}>${pool.used} of ${pool.max} in use, ${pool.pending} wait</b></div>`}
    </div>
    <div class="actions">
      ${actions.map((kind) => html`<${ActionButton} key=${kind} action=${{ kind, service: name }} />`)}
      <a href=${hrefOf('logs', { service: name })}>Its log</a>
      <a href=${hrefOf('requests', { service: name })}>Its requests</a>
    </div>
    ${
      failingChecks.length > 0 &&
      html`<h2>Failing checks</h2>
        <pre>${failingChecks.map((check) => `${check.name}: ${check.detail}`).join('\n')}</pre>`
    }
    ${
      databases.length > 0 &&
      html`<h2>Database</h2>
        <${DatabaseTable} databases=${databases} />`
    }
    <h2>Environment</h2>
    ${keys === undefined ? html`<p class="empty">${isMissing ? 'No schema of its environment can be read.' : 'Reading …'}</p>` : html`<${KeyTable} keys=${keys} />`}
    ${
      starts.length > 0 &&
      html`<h2>Starts</h2>
        <${StartTable} starts=${starts} />`
    }`;
}

function KeyTable({ keys }: { keys: PageKey[] }) {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>key</th>
          <th>value</th>
          <th>from</th>
          <th>declared in</th>
          <th class="optional">what it is</th>
        </tr>
      </thead>
      <tbody>
        ${keys.map(
          ({ name, value, secret, origin, file, line, description }) =>
            html`<tr key=${name}>
              <td class="mono">${name}</td>
              <td class="mono wrap">
                ${secret ? html`<span class="dim">secret, not shown</span>` : (value ?? html`<span class="dim">–</span>`)}
              </td>
              <td>${origin}</td>
              <td class="mono nowrap">${file}${line === undefined ? '' : `:${line}`}</td>
              <td class="optional dim">${description}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
