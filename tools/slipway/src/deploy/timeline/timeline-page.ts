import type { TimelineRecord } from './timeline-record.ts';

const ROW_PX = 26;
const LABEL_PX = 150;
const CHART_PX = 900;
const COLOURS = ['#4c78a8', '#f58518', '#54a24b', '#b279a2', '#e45756', '#72b7b2', '#9d755d', '#eeca3b'];
const TICKS = 8;

const STYLE = `
  body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }
  svg { max-width: 100%; height: auto } text { font: 12px system-ui, sans-serif; fill: currentColor }
  .tick { stroke: #8884 } .critical { stroke: currentColor; stroke-width: 2 }
  .key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em }
  @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } }`;

/** A self-contained page: who (rows) against time, one colour per stage, the critical path outlined. */
export function timelinePage({ totalMs, stages, spans }: TimelineRecord): string {
  const names = Object.keys(stages);
  const colour = (stage: string) => COLOURS[names.indexOf(stage) % COLOURS.length] ?? 'gray';
  const rows = [...new Set(spans.map(({ who }) => who))];
  const x = (time: number) => LABEL_PX + (time / Math.max(totalMs, 1)) * CHART_PX;
  const height = (rows.length + 1) * ROW_PX;
  const bars = spans.map(({ who, stage, start, end, critical }) => {
    const top = rows.indexOf(who) * ROW_PX + 4;
    const title = `${who} ${stage}: ${seconds(end - start)}, from ${seconds(start)} to ${seconds(end)}`;
    const box = `x="${x(start).toFixed(1)}" y="${top}" width="${Math.max(2, x(end) - x(start)).toFixed(1)}" height="${ROW_PX - 8}"`;
    return `<rect ${box} fill="${colour(stage)}"${critical ? ' class="critical"' : ''}><title>${escape(title)}</title></rect>`;
  });
  const labels = rows.map((who, row) => `<text x="0" y="${row * ROW_PX + 18}">${escape(who)}</text>`);
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => {
    const time = (totalMs * index) / TICKS;
    const line = `<line class="tick" x1="${x(time)}" x2="${x(time)}" y1="0" y2="${height - ROW_PX}"/>`;
    return `${line}<text x="${x(time)}" y="${height - 8}" text-anchor="middle">${seconds(time)}</text>`;
  });
  const keys = Object.entries(stages).map(([stage, spent]) => {
    const square = `<span class="key" style="background:${colour(stage)}"></span>`;
    return `${square}${escape(stage)} ${seconds(spent)}`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Deploy timeline</title>
<style>${STYLE}</style>
<h1>Deploy: ${seconds(totalMs)}</h1>
<p>${keys.join('')}. Outlined: the critical path, without which the deploy would have been shorter.</p>
<svg viewBox="0 0 ${LABEL_PX + CHART_PX + 40} ${height}" width="${LABEL_PX + CHART_PX + 40}" role="img" aria-label="who against time">
${[...ticks, ...labels, ...bars].join('\n')}
</svg>
</html>
`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
