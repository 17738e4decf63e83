/** Small parts that several views are made of. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { PageAction } from '../data/page-types.ts';
import { act } from './ask.ts';
import { lookAtStack, serviceNames, setParameter, status } from './store.ts';

const COPIED_MS = 1500;
const VERBS = { restart: 'Restart', start: 'Start', stop: 'Stop' };
const DOING = { restart: 'Restarting', start: 'Starting', stop: 'Stopping' };

/** A word in its colour. */
export function Badge({ state, text }: { state: string; text?: string }) {
  return html`<span class=${`badge ${state}`}>${text ?? state}</span>`;
}

/** A command to be typed, and a button that copies it. */
export function Command({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return html`<span class="command">
    <code>${text}</code>
    <button onClick=${() => void copy()} aria-label=${`Copy ${text}`}>${isCopied ? 'Copied' : 'Copy'}</button>
  </span>`;
}

/** Does something, says that it is being done, and why it did not work. */
export function ActionButton({ action, isMain = false }: { action: PageAction; isMain?: boolean }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  if (status.value?.isReadOnly === true) return null;
  const { kind, service } = action;
  const run = async () => {
    setBusy(true);
    setProblem(await act(action));
    await lookAtStack();
    setBusy(false);
  };
  return html`<button class=${isMain ? 'main' : ''} disabled=${isBusy} onClick=${() => void run()}>
      ${isBusy ? `${DOING[kind]} ${service} …` : `${VERBS[kind]} ${service}`}
    </button>
    ${problem !== undefined && html`<span class="bad" role="alert">${problem}</span>`}`;
}

/** A filter that chooses one of some. */
export function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: string[];
}) {
  return html`<select
    aria-label=${label}
    value=${value}
    onChange=${(event: Event) => setParameter(name, (event.target as HTMLSelectElement).value)}
  >
    <option value="">${label}</option>
    ${options.map((option) => html`<option key=${option} value=${option}>${option}</option>`)}
  </select>`;
}

export function ServiceChoice({ value }: { value: string }) {
  return html`<${Choice} name="service" label="All services" value=${value} options=${serviceNames.value} />`;
}

export function Search({ name, label, value }: { name: string; label: string; value: string }) {
  return html`<input
    type="search"
    placeholder=${label}
    aria-label=${label}
    value=${value}
    onInput=${(event: Event) => setParameter(name, (event.target as HTMLInputElement).value)}
  />`;
}
