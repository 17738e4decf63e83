import { html } from 'htm/preact';
import type { PageKey, PageServiceDetails } from '../../data/page-service-details.ts';
import type { PageService } from '../../data/page-types.ts';
import { ago, bytes, duration, percent, rate } from '../format.ts';
import { ActionButton, Badge, LogLevelChoice, Pending } from '../parts.ts';
import { currentStatus, hrefOf, status } from '../store.ts';
import { num, optional, Table } from '../table.ts';
import { useQuery } from '../use-query.ts';
import { RevisionTable } from './revision-table.ts';
import { DatabaseTable } from './services-view.ts';
import { StartTable } from './start-table.ts';

export function ServiceView({ name }: { name: string }) {
  const { answer: keys, isMissing, error: keysError } = useQuery<PageKey[]>('environment', { service: name });
  const {
    answer: details,
    isMissing: isUndeployed,
    error,
  } = useQuery<PageServiceDetails>('service', { service: name }, status);
  const now = currentStatus.value;
  const service = now.services.find((it) => it.name === name);
  if (service === undefined)
    return html`<h1>${name}</h1>
      <p class="empty">There is no such service. <a href=${hrefOf('services')}>All services</a></p>`;
  // All at once: what comes later would push away what is being read.
  if (details === undefined && !isUndeployed)
    return html`<h1>${name} <${Badge} state=${service.state} /></h1>
      <${Pending} error=${error} />`;
  const { state, detail, url, pid, since, pool, failingChecks, actions, pods, image, revision, migration } = service;
  const { instances = [], revisions = [], probes = [] } = details ?? {};
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
    ${service.traffic !== undefined && html`<${Traffic} traffic=${service.traffic} />`}
    <div class="actions">
      ${actions.map((kind) => (kind === 'log-level' ? html`<${LogLevelChoice} key=${kind} service=${name} />` : html`<${ActionButton} key=${kind} action=${{ kind, service: name }} />`))}
      <a href=${hrefOf('logs', { service: name })}>Its log</a>
      <a href=${hrefOf('requests', { service: name })}>Its requests</a>
    </div>
    ${
      failingChecks.length > 0 &&
      html`<h2>Failing checks</h2>
        <pre>${failingChecks.map((check) => `${check.name}: ${check.detail}`).join('\n')}</pre>`
    }
    ${
      instances.length > 0 &&
      html`<h2>${now.place === 'cluster' ? 'Pods' : 'Process'}</h2>
        <${InstanceTable} instances=${instances} />`
    }
    ${
      probes.length > 0 &&
      html`<h2>Probes</h2>
        <ul class="plain">
          ${probes.map(
            ({ kind, what, everyS }) =>
              html`<li key=${kind}><b>${kind}</b> <code>${what}</code> <span class="dim">every ${everyS} s</span></li>`,
          )}
        </ul>`
    }
    ${
      revisions.length > 0 &&
      html`<h2>Revisions</h2>
        <${RevisionTable} revisions=${revisions.map((it) => ({ service: name, ...it }))} />`
    }
    ${
      databases.length > 0 &&
      html`<h2>Database</h2>
        <${DatabaseTable} databases=${databases} />`
    }
    <h2>Environment</h2>
    ${keys === undefined ? html`<${Pending} error=${keysError} text=${isMissing ? 'No schema of its environment can be read.' : undefined} />` : html`<${KeyTable} keys=${keys} />`}
    ${
      starts.length > 0 &&
      html`<h2>Starts</h2>
        <${StartTable} starts=${starts} />`
    }`;
}

/** What happened in the last 30 s. */
function Traffic({ traffic }: { traffic: NonNullable<PageService['traffic']> }) {
  const { requestsPerSecond, errorShare, p50Ms, p95Ms, cpuCores, memoryBytes } = traffic;
  const shown = [
    ['requests', rate(requestsPerSecond)],
    ['5xx', errorShare === undefined ? '–' : percent(errorShare)],
    ['median', p50Ms === undefined ? '–' : duration(p50Ms)],
    ['95 % within', p95Ms === undefined ? '–' : duration(p95Ms)],
    ['cpu', percent(cpuCores)],
    ['memory', bytes(memoryBytes)],
  ];
  return html`<div class="facts" aria-label="The last 30 seconds">
    ${shown.map(([what, value]) => html`<div key=${what}><span>${what}</span><b>${value}</b></div>`)}
  </div>`;
}

function InstanceTable({ instances }: Pick<PageServiceDetails, 'instances'>) {
  const here = currentStatus.value.place === 'cluster' ? '–' : 'this machine';
  return html`<${Table}
    columns=${['name', 'state', num('restarts'), optional('node'), 'for']}
    rows=${instances.map(
      ({ name, state, detail, restarts, node, startedAt }) =>
        html`<tr key=${name}>
          <td class="mono">${name}</td>
          <td><${Badge} state=${state} /> <span class="dim">${detail ?? ''}</span></td>
          <td class="num">${restarts ?? '–'}</td>
          <td class="optional mono">${node ?? here}</td>
          <td class="nowrap">${startedAt === undefined ? '–' : ago(startedAt)}</td>
        </tr>`,
    )}
  />`;
}

function KeyTable({ keys }: { keys: PageKey[] }) {
  return html`<${Table}
    columns=${['key', 'value', 'from', 'declared in', optional('what it is')]}
    rows=${keys.map(
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
  />`;
}
