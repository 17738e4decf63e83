import { html } from 'htm/preact';
import type { PageActivity } from '../../data/page-action.ts';
import { clock, duration } from '../format.ts';
import { ActionButton, Badge } from '../parts.ts';
import { currentStatus } from '../store.ts';
import { ClusterDeploys } from './cluster-deploys.ts';
import { StartTable } from './start-table.ts';

const ENDS = { running: 'under way', done: 'done', failed: 'failed' };

/** Each start and save of a process; each deploy to a cluster, its revisions, and what a deploy would change. */
export function DeploysView() {
  const { starts, place, activities, actions } = currentStatus.value;
  return html`<h1>Deploys</h1>
    ${
      actions.length > 0 &&
      html`<div class="actions first">
        ${actions.map((kind) => html`<${ActionButton} key=${kind} action=${{ kind }} />`)}
      </div>`
    }
    ${activities.map((activity) => html`<${Activity} key=${activity.at} activity=${activity} />`)}
    ${
      place === 'cluster'
        ? html`<${ClusterDeploys} />`
        : starts.length === 0
          ? html`<p class="empty">No start yet: the first one and each save of a file stand here.</p>`
          : html`<${StartTable} starts=${starts} />`
    }`;
}

/** What a button began: what is waited for now, or how it ended. */
function Activity({ activity }: { activity: PageActivity }) {
  const { what, outcome, ms, lines, at } = activity;
  return html`<article class=${`finding ${outcome === 'failed' ? 'error' : outcome === 'done' ? 'done' : ''}`}>
    <div class="title">
      <${Badge} state=${outcome === 'done' ? 'ready' : outcome} text=${ENDS[outcome]} /><b>${what}</b>
      <span class="dim">${clock(at)}${outcome === 'running' ? '' : `, ${duration(ms)}`}</span>
    </div>
    ${lines.length > 0 && html`<pre>${outcome === 'failed' ? lines.join('\n') : lines.at(-1)}</pre>`}
  </article>`;
}
