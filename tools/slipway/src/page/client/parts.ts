/** Small parts that several views are made of. */
import { html } from 'htm/preact';
import type { TargetedEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { PageAction } from '../data/page-action.ts';
import { actionWords } from './action-words.ts';
import { act } from './ask.ts';
import { lookAtStack, serviceNames, setParameter, status } from './store.ts';

const COPIED_MS = 1500;
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** A word in its colour. */
export function Badge({ state, text }: { state: string; text?: string }) {
  return html`<span class=${`badge ${state}`}>${text ?? state}</span>`;
}

/** In the place of an answer that is not there yet, or that could not be had. */
export function Pending({ error, text = 'Reading …' }: { error: string | undefined; text?: string | undefined }) {
  return error === undefined
    ? html`<p class="empty">${text}</p>`
    : html`<div class="notice" role="alert">Not read: ${error}</div>`;
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

/** Does something, says that it is being done, and why it did not work; asks before what cannot be undone. */
export function ActionButton({ action, isMain = false }: { action: PageAction; isMain?: boolean }) {
  const [isAsking, setAsking] = useState(false);
  const { isBusy, problem, run } = useAction();
  if (status.value?.isReadOnly === true && action.kind !== 'new-run') return null;
  const { name, doing, question } = actionWords(action);
  const confirm = () => {
    setAsking(false);
    run(action);
  };
  if (isAsking)
    return html`<span class="question" role="alertdialog" aria-label=${question}>
      ${question}
      <button class="danger" onClick=${confirm}>Delete</button>
      <button onClick=${() => setAsking(false)}>Cancel</button>
    </span>`;
  const onClick = () => (question === undefined ? run(action) : setAsking(true));
  return html`<button class=${isMain ? 'main' : ''} disabled=${isBusy} onClick=${onClick}>
      ${isBusy ? `${doing} …` : name}
    </button>
    ${problem !== undefined && html`<span class="bad" role="alert">${problem}</span>`}`;
}

/** Sets the level of a service's log for ten minutes. */
export function LogLevelChoice({ service }: { service: string }) {
  const { isBusy, problem, run } = useAction();
  if (status.value?.isReadOnly === true) return null;
  const choose = ({ currentTarget: select }: TargetedEvent<HTMLSelectElement>) => {
    if (select.value !== '') run({ kind: 'log-level', service, level: select.value });
    select.value = '';
  };
  return html`<select aria-label="Log level for ten minutes" disabled=${isBusy} onChange=${choose}>
      <option value="">Log level for 10 min</option>
      ${LEVELS.map((level) => html`<option key=${level} value=${level}>${level}</option>`)}
    </select>
    ${problem !== undefined && html`<span class="bad" role="alert">${problem}</span>`}`;
}

function useAction() {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const run = async (action: PageAction) => {
    setBusy(true);
    setProblem(await act(action));
    await lookAtStack();
    setBusy(false);
  };
  return { isBusy, problem, run: (action: PageAction) => void run(action) };
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
  options: (string | { value: string; text: string })[];
}) {
  const named = options.map((option) => (typeof option === 'string' ? { value: option, text: option } : option));
  return html`<select
    aria-label=${label}
    value=${value}
    onChange=${(event: TargetedEvent<HTMLSelectElement>) => setParameter(name, event.currentTarget.value)}
  >
    <option value="">${label}</option>
    ${named.map((option) => html`<option key=${option.value} value=${option.value}>${option.text}</option>`)}
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
    onInput=${(event: TargetedEvent<HTMLInputElement>) => setParameter(name, event.currentTarget.value)}
  />`;
}
