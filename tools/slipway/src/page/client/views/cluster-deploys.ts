import { html } from 'htm/preact';
import type { PageDeploy, PageDeploys } from '../../data/page-deploys.ts';
import { day, duration } from '../format.ts';
import { Pending } from '../parts.ts';
import { status } from '../store.ts';
import { num, Table } from '../table.ts';
import { useQuery } from '../use-query.ts';
import { Comparison } from './comparison.ts';
import { RevisionTable } from './revision-table.ts';
import { StageBars, sum } from './stage-bars.ts';

/** Each deploy of this checkout, what the next one would change, and what runs now. */
export function ClusterDeploys() {
  const { answer, error } = useQuery<PageDeploys>('deploys', {}, status);
  if (answer === undefined) return html`<${Pending} error=${error} />`;
  const { deploys, revisions } = answer;
  return html`${
      deploys.length === 0
        ? html`<p class="empty">
            No deploy of this checkout has been timed. <code>npx nx run-many -t deploy-kind</code> makes the first.
          </p>`
        : html`<${DeployTable} deploys=${deploys} />`
    }
    <h2>Compared with the working tree</h2>
    <${Comparison} />
    <h2>Revisions</h2>
    ${revisions.length === 0 ? html`<p class="empty">Nothing is deployed.</p>` : html`<${RevisionTable} revisions=${revisions} />`}`;
}

function DeployTable({ deploys }: { deploys: PageDeploy[] }) {
  const longest = Math.max(...deploys.map(({ stages }) => sum(stages)), 1);
  return html`<${Table}
    columns=${['at', 'stages', 'waited for', num('time')]}
    rows=${deploys.map(
      ({ at, stages, criticalPath, totalMs }) =>
        html`<tr key=${at}>
          <td class="mono nowrap">${day(at)}</td>
          <td class="stages">
            <${StageBars} stages=${stages} longest=${longest} />
          </td>
          <td class="wrap">
            ${criticalPath.map(({ stage, who, ms }) => `${stage} ${who} ${duration(ms)}`).join(' → ')}
          </td>
          <td class="num">${duration(totalMs)}</td>
        </tr>`,
    )}
  />`;
}
