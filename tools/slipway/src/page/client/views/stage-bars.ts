import { html } from 'htm/preact';
import { duration } from '../format.ts';

export type Stage = { stage: string; ms: number };

/** Width of a row's bar, in units of its drawing. */
const WIDTH = 1000;

/** What each stage took, as bars of one scale and in words. `longest`: sum of the row that fills the width, ms. */
export function StageBars({ stages, longest }: { stages: Stage[]; longest: number }) {
  return html`<${Bars} stages=${stages} longest=${longest} /><span class="dim">${inWords(stages)}</span>`;
}

function Bars({ stages, longest }: { stages: Stage[]; longest: number }) {
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

export function sum(stages: Stage[]): number {
  return stages.reduce((total, { ms }) => total + ms, 0);
}
