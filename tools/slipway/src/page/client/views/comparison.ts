import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageDiff } from '../../data/page-deploys.ts';
import { ask, type Answered } from '../ask.ts';
import { Command } from '../parts.ts';

/** What a deploy would change; asked for, not shown at once: it builds every image. */
export function Comparison() {
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
