import { html } from 'htm/preact';
import type { PageStart } from '../../data/page-types.ts';
import { clock, duration } from '../format.ts';
import { Badge } from '../parts.ts';
import { hrefOf, status } from '../store.ts';

const OUTCOMES = { running: 'under way', ready: 'ready', failed: 'failed', replaced: 'replaced' };
/** Width of a row's bar, in units of its drawing. */
const WIDTH = 1000;

/** Each start of each service: the first, and one for each save that concerned it. */
export function DeploysView() {
  const { starts, place } = status.value!;
  return html`<h1>Deploys</h1>
    ${
      starts.length === 0
        ? html`<p class="empty">
            ${place === 'processes' ? 'No start yet. npm start makes the first, each save of a file another.' : 'The cluster keeps no stages of deploys. npx nx run-many -t deploy-kind shows them while it works.'}
          </p>`
        : html`<${StartTable} starts=${starts} />`
    }`;
}

export function StartTable({ starts }: { starts: PageStart[] }) {
  const longest = Math.max(...starts.map(({ ms, stages }) => Math.max(ms, sum(stages))), 1);
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>at</th>
          <th>service</th>
          <th>outcome</th>
          <th>because of</th>
          <th>stages</th>
          <th class="num">time</th>
        </tr>
      </thead>
      <tbody>
        ${starts.map(
          (start) =>
            html`<tr key=${start.service + start.at}>
              <td class="mono nowrap">${clock(start.at)}</td>
              <td class="mono"><a href=${hrefOf('services', {}, start.service)}>${start.service}</a></td>
              <td><${Badge} state=${start.outcome} text=${OUTCOMES[start.outcome]} /></td>
              <td class="wrap">
                ${start.cause.length === 0 ? html`<span class="dim">start</span>` : `${start.cause[0]}${start.cause.length > 1 ? ` and ${start.cause.length - 1} more` : ''}`}
              </td>
              <td class="stages">
                <${Stages} stages=${start.stages} longest=${longest} /><span class="dim"
                  >${start.stages.map(({ stage, ms }) => `${stage} ${duration(ms)}`).join(' · ')}</span
                >
              </td>
              <td class="num">${start.outcome === 'running' ? '…' : duration(start.ms)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Stages({ stages, longest }: { stages: PageStart['stages']; longest: number }) {
  let x = 0;
  return html`<svg viewBox=${`0 0 ${WIDTH} 12`} preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width=${WIDTH} height="12" />
    ${stages.map(({ stage, ms }) => {
      const width = (ms / longest) * WIDTH;
      const bar = html`<rect key=${stage} class=${stage} x=${x} width=${width} height="12" />`;
      x += width;
      return bar;
    })}
  </svg>`;
}

function sum(stages: PageStart['stages']): number {
  return stages.reduce((total, { ms }) => total + ms, 0);
}
