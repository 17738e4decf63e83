import { html } from 'htm/preact';
import type { PageRun, PageRunComparison, PageRuns, PageRunStats } from '../../data/page-runs.ts';
import { ago, day, duration } from '../format.ts';
import { ActionButton, Badge, Choice, Pending } from '../parts.ts';
import { route, status } from '../store.ts';
import { num, Table } from '../table.ts';
import { useQuery } from '../use-query.ts';

/** Smaller differences are noise, a share. */
const NOTABLE = 0.2;
/** Of fewer requests nothing is concluded. */
const FEW = 5;

/** Two runs beside each other: what a change has done to latency, statements and warnings. */
export function RunsView() {
  const { parameters } = route.value;
  const [run, before] = [parameters.get('run') ?? '', parameters.get('before') ?? ''];
  const { answer: list, error } = useQuery<PageRuns>('runs', {}, status);
  const {
    answer: shown,
    isMissing,
    error: comparisonError,
  } = useQuery<PageRunComparison>('comparison', { run, before }, status);
  if (list === undefined || (shown === undefined && !isMissing))
    return html`<h1>Runs</h1>
      <${Pending} error=${error ?? comparisonError} />`;
  const options = list.runs.map((one) => ({ value: one.id, text: nameOf(one) }));
  return html`<h1>Runs</h1>
    <div class="filters">
      <${Choice} name="before" label="Before: the run before it" value=${before} options=${options} />
      <${Choice} name="run" label="After: the newest run" value=${run} options=${options} />
      ${list.isRecording && html`<${ActionButton} action=${{ kind: 'new-run' }} />`}
    </div>
    ${list.problem !== undefined && html`<div class="notice" role="alert">Runs are not kept: ${list.problem}</div>`}
    ${shown === undefined ? html`<p class="empty">There is no such run.</p>` : html`<${Comparison} shown=${shown} />`}`;
}

function Comparison({ shown }: { shown: PageRunComparison }) {
  const { before, after, routes, warnings } = shown;
  return html`<div class="facts">
      ${before !== undefined && html`<${RunFacts} title="before" run=${before} />`}
      <${RunFacts} title=${before === undefined ? 'the only run' : 'after'} run=${after} />
    </div>
    ${
      before === undefined &&
      html`<p class="dim">
        A run lasts as long as the page is open. Change something and begin a new run, or start again: then the two are
        compared here.
      </p>`
    }
    <h2>Routes</h2>
    ${routes.length === 0 ? html`<p class="empty">No request has ended yet.</p>` : html`<${RouteTable} routes=${routes} />`}
    <h2>Warnings</h2>
    ${warnings.length === 0 ? html`<p class="empty">No line of level warn or above.</p>` : html`<${WarningTable} warnings=${warnings} isAlone=${before === undefined} />`}`;
}

function RunFacts({ title, run }: { title: string; run: PageRun }) {
  const { id, until, commit, requests, errors, warnings, isCurrent } = run;
  const seen = [
    `${requests} requests`,
    `${errors} failed`,
    `${warnings} warnings`,
    ...(commit ? [`commit ${commit}`] : []),
  ];
  return html`<div>
    <span>${title}, ${isCurrent ? 'still running' : `ended ${ago(until)} ago`}</span>
    <b>${day(id)}</b>
    <span>${seen.join(', ')}</span>
  </div>`;
}

function RouteTable({ routes }: Pick<PageRunComparison, 'routes'>) {
  return html`<${Table}
    columns=${['request', ...FIGURES.map(({ name }) => num(name))]}
    rows=${routes.map(
      ({ service, method, route: path, before, after }) =>
        html`<tr key=${`${service} ${method} ${path}`}>
          <td class="mono wrap">${method} ${path} <span class="dim">${service}</span></td>
          ${FIGURES.map(({ of, unit, isJudged }) => html`<${Cell} before=${before} after=${after} of=${of} unit=${unit} isJudged=${isJudged} />`)}
        </tr>`,
    )}
  />`;
}

type Figure = {
  of: (stats: PageRunStats) => number | undefined;
  unit?: (value: number) => string;
  /** Less is better. */
  isJudged?: boolean;
};

/** What is compared of each route. */
const FIGURES: (Figure & { name: string })[] = [
  { name: 'count', of: ({ count }) => count },
  { name: 'p50', of: ({ p50Ms }) => p50Ms, unit: duration, isJudged: true },
  { name: 'p95', of: ({ p95Ms }) => p95Ms, unit: duration, isJudged: true },
  { name: 'statements', of: ({ statements }) => statements, isJudged: true },
  { name: '5xx', of: ({ errors }) => errors, isJudged: true },
];

function Cell({
  before,
  after,
  of,
  unit = plain,
  isJudged = false,
}: Figure & Pick<PageRunComparison['routes'][number], 'before' | 'after'>) {
  const [old, now] = [before && of(before), after && of(after)];
  const isEnough = Math.min(before?.count ?? 0, after?.count ?? 0) >= FEW;
  const change = isJudged && isEnough && old !== undefined && now !== undefined ? now - old : 0;
  const isNotable = Math.abs(change) > NOTABLE * Math.max(old ?? 0, now ?? 0);
  const verdict = !isNotable ? '' : change > 0 ? 'bad' : 'good';
  return html`<td class=${`num ${verdict}`}>
    ${before !== undefined && html`<span class="dim">${old === undefined ? '–' : unit(old)} → </span>`}${now === undefined ? '–' : unit(now)}${verdict === '' ? '' : change > 0 ? ' ▲' : ' ▼'}
  </td>`;
}

function WarningTable({ warnings, isAlone }: Pick<PageRunComparison, 'warnings'> & { isAlone: boolean }) {
  return html`<${Table}
    columns=${['', 'service', 'level', 'what', num('lines')]}
    rows=${warnings.map(
      ({ service, level, text, before, after }) =>
        html`<tr key=${`${service} ${level} ${text}`}>
          <td>
            ${!isAlone && before === 0 && html`<${Badge} state="warning" text="new" />`}
            ${!isAlone && after === 0 && html`<${Badge} state="ready" text="gone" />`}
          </td>
          <td class="mono">${service}</td>
          <td class=${level === 'warn' ? '' : 'bad'}>${level}</td>
          <td class="wrap">${text}</td>
          <td class="num">${isAlone ? after : `${before} → ${after}`}</td>
        </tr>`,
    )}
  />`;
}

function nameOf({ id, isCurrent, requests, commit }: PageRun): string {
  return `${day(id)}${isCurrent ? ', now' : ''}: ${requests} requests${commit === undefined ? '' : `, ${commit}`}`;
}

function plain(value: number): string {
  return String(Math.round(value * 10) / 10);
}
