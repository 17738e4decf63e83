import { html } from 'htm/preact';
import type { PageStart } from '../../data/page-types.ts';
import { clock, duration } from '../format.ts';
import { Badge } from '../parts.ts';
import { hrefOf } from '../store.ts';
import { num, Table } from '../table.ts';
import { StageBars, sum } from './stage-bars.ts';

const OUTCOMES = { running: 'under way', ready: 'ready', failed: 'failed', replaced: 'replaced' };

export function StartTable({ starts }: { starts: PageStart[] }) {
  const longest = Math.max(...starts.map(({ ms, stages }) => Math.max(ms, sum(stages))), 1);
  return html`<${Table}
    columns=${['at', 'service', 'outcome', 'because of', 'stages', num('time')]}
    rows=${starts.map(
      (start) =>
        html`<tr key=${start.service + start.at}>
          <td class="mono nowrap">${clock(start.at)}</td>
          <td class="mono"><a href=${hrefOf('services', {}, start.service)}>${start.service}</a></td>
          <td><${Badge} state=${start.outcome} text=${OUTCOMES[start.outcome]} /></td>
          <td class="wrap">
            ${start.cause.length === 0 ? html`<span class="dim">start</span>` : `${start.cause[0]}${start.cause.length > 1 ? ` and ${start.cause.length - 1} more` : ''}`}
          </td>
          <td class="stages">
            <${StageBars} stages=${start.stages} longest=${longest} />
          </td>
          <td class="num">${start.outcome === 'running' ? '…' : duration(start.ms)}</td>
        </tr>`,
    )}
  />`;
}
