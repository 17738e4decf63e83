import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageActivity, PageDeploy, PageDeploys, PageDiff, PageStart } from '../../data/page-types.ts';
import { ask, type Answered } from '../ask.ts';
import { clock, day, duration } from '../format.ts';
import { ActionButton, Badge, Command } from '../parts.ts';
import { hrefOf, status } from '../store.ts';
import { useQuery } from '../use-query.ts';

type Stage = { stage: string; ms: number };

const ENDS = { running: 'under way', done: 'done', failed: 'failed' };

const OUTCOMES = { running: 'under way', ready: 'ready', failed: 'failed', replaced: 'replaced' };
/** Width of a row's bar, in units of its drawing. */
const WIDTH = 1000;

/** Each start and save of a process; each deploy to a cluster, its revisions, and what a deploy would change. */
export function DeploysView() {
  const { starts, place, activities, actions } = status.value!;
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
          ? html`<p class="empty">No start yet. npm start makes the first, each save of a file another.</p>`
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

function ClusterDeploys() {
  const { answer } = useQuery<PageDeploys>('deploys', {}, true);
  if (answer === undefined) return html`<p class="empty">Reading …</p>`;
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
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>at</th>
          <th>stages</th>
          <th>waited for</th>
          <th class="num">time</th>
        </tr>
      </thead>
      <tbody>
        ${deploys.map(
          ({ at, stages, criticalPath, totalMs }) =>
            html`<tr key=${at}>
              <td class="mono nowrap">${day(at)}</td>
              <td class="stages">
                <${Stages} stages=${stages} longest=${longest} /><span class="dim">${inWords(stages)}</span>
              </td>
              <td class="wrap">
                ${criticalPath.map(({ stage, who, ms }) => `${stage} ${who} ${duration(ms)}`).join(' → ')}
              </td>
              <td class="num">${duration(totalMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Asked for, not shown at once: it builds every image. */
function Comparison() {
  const [isAsked, setAsked] = useState(0);
  const [diff, setDiff] = useState<Answered<PageDiff> | undefined>(undefined);
  useEffect(() => {
    if (isAsked === 0) return;
    setDiff(undefined);
    void ask<PageDiff>('diff').then(setDiff);
  }, [isAsked]);
  const isBusy = isAsked > 0 && diff === undefined;
  return html`<div class="actions first">
      <button disabled=${isBusy} onClick=${() => setAsked(isAsked + 1)}>
        ${isBusy ? 'Building and comparing …' : 'Show what a deploy would change'}
      </button>
      <${Command} text="npx nx run deploy:diff" />
    </div>
    ${diff !== undefined && 'error' in diff && html`<p class="bad" role="alert">${diff.error}</p>`}
    ${diff !== undefined && 'value' in diff && diff.value.changes.map(({ who, text }) => html`<pre key=${who}><b>${who}</b>${'\n'}${text}</pre>`)}
    ${diff !== undefined && 'value' in diff && diff.value.changes.length === 0 && html`<p class="empty">A deploy would change nothing.</p>`}`;
}

export function RevisionTable({ revisions }: { revisions: PageDeploys['revisions'] }) {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>service</th>
          <th class="num">revision</th>
          <th>made</th>
          <th>from</th>
          <th class="optional">image</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${revisions.map(
          ({ service, number, createdAt, cause, image, isCurrent }) =>
            html`<tr key=${`${service} ${number}`}>
              <td class="mono"><a href=${hrefOf('services', {}, service)}>${service}</a></td>
              <td class="num">${number}</td>
              <td class="mono nowrap">${day(createdAt)}</td>
              <td class="wrap">${cause ?? 'commit unknown'}</td>
              <td class="optional mono">${image}</td>
              <td class="nowrap">
                ${isCurrent ? html`<${Badge} state="ready" text="runs now" />` : html`<${ActionButton} action=${{ kind: 'rollback', service, to: number }} />`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
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
                <${Stages} stages=${start.stages} longest=${longest} /><span class="dim">${inWords(start.stages)}</span>
              </td>
              <td class="num">${start.outcome === 'running' ? '…' : duration(start.ms)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Stages({ stages, longest }: { stages: Stage[]; longest: number }) {
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

function inWords(stages: Stage[]): string {
  return stages.map(({ stage, ms }) => `${stage} ${duration(ms)}`).join(' · ');
}

function sum(stages: Stage[]): number {
  return stages.reduce((total, { ms }) => total + ms, 0);
}
