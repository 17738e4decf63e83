import { html } from 'htm/preact';
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { PageApi, PageCallAnswer, PageOperation } from '../../data/page-api.ts';
import { call, type Answered } from '../ask.ts';
import { duration } from '../format.ts';
import { Pending, Search } from '../parts.ts';
import { hrefOf, route, status } from '../store.ts';
import { useQuery } from '../use-query.ts';
import { StatusBadge } from './requests-view.ts';

/** Sent with calls that need one; gone with the page. */
const token = signal('');

/** What each service says of its routes, to be called from here; a call leads to its request. */
export function ApiView({ id }: { id: string }) {
  const { answer: apis, error } = useQuery<PageApi[]>('api', {});
  const find = route.value.parameters.get('find') ?? '';
  if (apis === undefined)
    return html`<h1>API</h1>
      <${Pending} error=${error} text="Asking each service for /openapi.json …" />`;
  if (apis.length === 0)
    return html`<h1>API</h1>
      <p class="empty">
        No service ${status.value?.place === 'cluster' ? 'with an address outside of the cluster ' : ''}answers
        <code>GET /openapi.json</code> with an OpenAPI document. Services that do are listed here.
      </p>`;
  return html`<h1>API</h1>
    <div class="filters">
      <${Search} name="find" label="POST /api/v1/orders" value=${find} />
      <input
        type="password"
        autocomplete="off"
        placeholder="Bearer token of calls that need one"
        aria-label="Bearer token"
        value=${token.value}
        onInput=${(event: Event) => (token.value = (event.target as HTMLInputElement).value.trim())}
      />
    </div>
    ${apis.map((api) => html`<${Service} key=${api.service} api=${api} find=${find} open=${id} />`)}`;
}

function Service({ api, find, open }: { api: PageApi; find: string; open: string }) {
  const { service, reference, operations } = api;
  const shown = operations.filter(({ method, path }) => `${method} ${path}`.toLowerCase().includes(find.toLowerCase()));
  if (shown.length === 0) return null;
  return html`<h2>
      ${service}
      ${reference !== undefined && html`<a class="aside" href=${reference} target="_blank" rel="noreferrer">its reference</a>`}
    </h2>
    <div class="operations">
      ${shown.map((operation) => {
        const name = `${service} ${operation.method} ${operation.path}`;
        const isOpen = name === open;
        return html`<div key=${name} class="operation">
          <a href=${isOpen ? hrefOf('api', { find }) : hrefOf('api', { find }, name)} aria-expanded=${isOpen}>
            <b class="mono method">${operation.method}</b><span class="mono wrap">${operation.path}</span>
            <span class="dim">${operation.summary ?? ''}${operation.isSecured ? ' · needs a token' : ''}</span>
          </a>
          ${isOpen && html`<${Form} service=${service} operation=${operation} />`}
        </div>`;
      })}
    </div>`;
}

function Form({ service, operation }: { service: string; operation: PageOperation }) {
  const { method, path, parameters, isSecured, body: example } = operation;
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(parameters.map((it) => [it.name, it.example ?? ''])),
  );
  const [body, setBody] = useState(example ?? '');
  const [answer, setAnswer] = useState<Answered<PageCallAnswer> | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const isRefused = status.value?.isReadOnly === true && method !== 'GET';
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const headers = { ...headersOf(parameters, values), ...(token.value === '' ? {} : bearer(token.value)) };
    const asked = { service, method, path: pathOf(path, parameters, values), headers };
    setAnswer(await call(example === undefined ? asked : { ...asked, body }));
    setBusy(false);
  };
  const fill = (name: string) => (event: Event) =>
    setValues({ ...values, [name]: (event.target as HTMLInputElement).value });
  return html`<form onSubmit=${(event: Event) => void send(event)}>
    ${parameters.map(
      ({ name, in: where, isRequired, description }) =>
        html`<label key=${name}>
          <span>${name} <span class="dim">${where}${isRequired ? ', required' : ''}</span></span>
          <input value=${values[name]} required=${isRequired} title=${description ?? ''} onInput=${fill(name)} />
        </label>`,
    )}
    ${
      example !== undefined &&
      html`<label>
        <span>body <span class="dim">JSON</span></span>
        <textarea
          class="mono"
          rows=${Math.min(14, body.split('\n').length + 1)}
          value=${body}
          onInput=${(event: Event) => setBody((event.target as HTMLTextAreaElement).value)}
        ></textarea>
      </label>`
    }
    <div class="actions">
      <button class="main" disabled=${isBusy || isRefused}>${isBusy ? 'Sending …' : 'Send'}</button>
      ${isRefused && html`<span class="dim">The page is read-only: it sends GET alone.</span>`}
      ${isSecured && token.value === '' && html`<span class="dim">No token is set: see above.</span>`}
    </div>
    ${answer !== undefined && ('error' in answer ? html`<p class="bad" role="alert">${answer.error}</p>` : html`<${Answer} answer=${answer.value} />`)}
  </form>`;
}

function Answer({ answer }: { answer: PageCallAnswer }) {
  const { status: code, ms, requestId, body } = answer;
  const issued = tokenIn(body);
  return html`<div class="answer">
    <div class="actions">
      <${StatusBadge} status=${code} /><span>${duration(ms)}</span>
      <a href=${hrefOf('requests', {}, requestId)}>See its request</a>
      ${issued !== undefined && html`<button type="button" onClick=${() => (token.value = issued)}>Use its token</button>`}
    </div>
    ${body !== '' && html`<pre>${indented(body)}</pre>`}
  </div>`;
}

function pathOf(path: string, parameters: PageOperation['parameters'], values: Record<string, string>): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
  const query = new URLSearchParams(
    parameters
      .filter(({ name, in: where }) => where === 'query' && values[name] !== '')
      .map(({ name }): [string, string] => [name, values[name] ?? '']),
  ).toString();
  return query === '' ? filled : `${filled}?${query}`;
}

function headersOf(parameters: PageOperation['parameters'], values: Record<string, string>): Record<string, string> {
  const given = parameters.filter(({ name, in: where }) => where === 'header' && values[name] !== '');
  return Object.fromEntries(given.map(({ name }) => [name, values[name] ?? '']));
}

function bearer(value: string): Record<string, string> {
  return { authorization: `Bearer ${value}` };
}

/** As sign-in routes call it. */
function tokenIn(body: string): string | undefined {
  return /"access_?token"\s*:\s*"([^"]+)"/i.exec(body)?.[1];
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
