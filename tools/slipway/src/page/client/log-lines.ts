import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { PageLogEntry } from '../data/page-requests.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import { clock, duration } from './format.ts';
import { hrefOf } from './store.ts';

/** Said by the columns already, or too long for a line. */
const SHOWN = [
  'level',
  'time',
  'service',
  'msg',
  'err',
  'method',
  'route',
  'status',
  'durationMs',
  'traceId',
  'spanId',
];

export function LogLines({ entries, isTall = false }: { entries: PageLogEntry[]; isTall?: boolean }) {
  return html`<div class=${`lines${isTall ? ' tall' : ''}`} role="log">
    ${entries.map((entry) => html`<${LogLine} key=${entry.seq} entry=${entry} />`)}
  </div>`;
}

function LogLine({ entry }: { entry: PageLogEntry }) {
  const [isOpen, setOpen] = useState(false);
  const fields = fieldsOf(entry.text);
  const toggle = () => setOpen(!isOpen);
  const onKey = (event: KeyboardEvent) => event.key === 'Enter' && toggle();
  return html`<div>
    <div class=${`entry ${entry.level}`} onClick=${toggle} onKeyDown=${onKey} tabindex="0" aria-expanded=${isOpen}>
      <span class="dim">${clock(entry.time)}</span>
      <span>${entry.service}</span>
      <span class=${`level ${entry.level}`}>${entry.level}</span>
      <span class="text">${fields === undefined ? entry.text : sentence(fields)}</span>
    </div>
    ${
      isOpen &&
      html`<pre>${fields === undefined ? entry.text : details(fields)}</pre>
        ${typeof fields?.requestId === 'string' && html`<p class="actions"><a href=${hrefOf('requests', {}, fields.requestId)}>See the whole request</a></p>`}`
    }
  </div>`;
}

function fieldsOf(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(text);
    return isObject(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A finished request reads as `GET /path 200 3 ms`. */
function sentence(fields: JsonObject): string {
  const { msg, method, route, status, durationMs, err } = fields;
  const isRequest = method !== undefined && status !== undefined;
  const head = isRequest
    ? `${String(method)} ${String(route)} ${String(status)}${typeof durationMs === 'number' ? ` ${duration(durationMs)}` : ''}`
    : String(msg ?? '');
  const error = isObject(err) ? err.message : undefined;
  const rest = Object.entries(fields)
    .filter(([key]) => !SHOWN.includes(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [head, ...(error === undefined ? [] : [`– ${JSON.stringify(error).slice(1, -1)}`]), ...rest].join(' ');
}

function details(fields: JsonObject): string {
  const { err, ...rest } = fields;
  const stack = isObject(err) ? err.stack : undefined;
  return `${JSON.stringify(rest, null, 2)}${stack === undefined ? '' : `\n\n${typeof stack === 'string' ? stack : JSON.stringify(stack)}`}`;
}
