import type { PageAction } from '../data/page-action.ts';
import type { PageCall, PageCallAnswer } from '../data/page-api.ts';

export type Answered<Value> = { value: Value } | { status: number; error: string };

/** Asks one of the page's queries. `status` 0: no answer. */
export async function ask<Value>(query: string, parameters: Record<string, string> = {}): Promise<Answered<Value>> {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  const text = new URLSearchParams(given).toString();
  return answerOf<Value>(() => fetch(`/api/${query}${text === '' ? '' : `?${text}`}`));
}

/** What went wrong; undefined when it is done. */
export async function act(action: PageAction): Promise<string | undefined> {
  const answer = await answerOf(() => post('/api/act', action));
  return 'error' in answer ? answer.error : undefined;
}

/** Sends a request to a service, by the page's server: the browser itself may ask no other address. */
export async function call(asked: PageCall): Promise<Answered<PageCallAnswer>> {
  return answerOf<PageCallAnswer>(() => post('/api/call', asked));
}

function post(path: string, value: unknown): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
}

async function answerOf<Value>(send: () => Promise<Response>): Promise<Answered<Value>> {
  try {
    const response = await send();
    const text = await response.text();
    const value = (text === '' ? {} : JSON.parse(text)) as Value & { error?: string };
    if (response.ok) return { value };
    return { status: response.status, error: value.error ?? `the page's server answered ${response.status}` };
  } catch {
    return { status: 0, error: "the page's server does not answer" };
  }
}
