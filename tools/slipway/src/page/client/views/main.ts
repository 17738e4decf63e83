import { html } from 'htm/preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { Badge } from '../parts.ts';
import { connection, hrefOf, openStore, route, status } from '../store.ts';
import { ApiView } from './api-view.ts';
import { DeploysView } from './deploys-view.ts';
import { LogsView } from './logs-view.ts';
import { MapView } from './map-view.ts';
import { RequestView } from './request-view.ts';
import { RequestsView } from './requests-view.ts';
import { RunsView } from './runs-view.ts';
import { ServiceView } from './service-view.ts';
import { ServicesView } from './services-view.ts';
import { WhyView } from './why-view.ts';

const VIEWS = [
  { view: 'why', title: 'Why' },
  { view: 'services', title: 'Services' },
  { view: 'map', title: 'Map' },
  { view: 'requests', title: 'Requests' },
  { view: 'logs', title: 'Logs' },
  { view: 'deploys', title: 'Deploys' },
  { view: 'api', title: 'API' },
  { view: 'runs', title: 'Runs' },
];

function Page() {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  const { view, id } = route.value;
  const now = status.value;
  const count = now?.findings.length ?? 0;
  const ready = now?.services.filter(({ state }) => state === 'ready').length ?? 0;
  return html`
    <header>
      <strong>slipway</strong>
      <span class="where">${now?.title ?? ''}</span>
      ${
        now !== undefined &&
        html`<${Badge} state=${now.isReady ? 'ready' : 'failed'} text=${`${ready} of ${now.services.length} ready`} />`
      }
      ${now?.isReadOnly === true && html`<${Badge} state="stopped" text="read-only" />`}
      <span class="right"
        >${connection.value === 'live' ? 'live' : connection.value === 'opening' ? 'connecting …' : 'not connected'}</span
      >
    </header>
    <nav aria-label="Views">
      <div class="inner">
        ${VIEWS.map(
          (one, index) =>
            html`<a key=${one.view} href=${hrefOf(one.view)} aria-current=${one.view === view ? 'page' : null}>
              <kbd>${index + 1}</kbd>${one.title}
              ${one.view === 'why' && count > 0 && html`<span class="count badge ${now?.findings[0]?.severity}">${count}</span>`}
            </a>`,
        )}
      </div>
    </nav>
    <main>
      ${connection.value === 'lost' && html`<div class="notice" role="alert">The page's process does not answer. What is shown is from ${now?.at ?? 'before'}.</div>`}
      ${connection.value === 'closed' && html`<div class="notice" role="alert">This link has ended. Open the one that npx nx run deploy:ui prints.</div>`}
      ${now !== undefined && viewOf(view, id)}
      ${now === undefined && connection.value !== 'closed' && html`<p class="empty">Looking at the stack …</p>`}
    </main>
  `;
}

function viewOf(view: string, id: string) {
  switch (view) {
    case 'services':
      return id === '' ? html`<${ServicesView} />` : html`<${ServiceView} name=${id} />`;
    case 'map':
      return html`<${MapView} />`;
    case 'requests':
      return id === '' ? html`<${RequestsView} />` : html`<${RequestView} id=${id} />`;
    case 'logs':
      return html`<${LogsView} />`;
    case 'deploys':
      return html`<${DeploysView} />`;
    case 'api':
      return html`<${ApiView} id=${id} />`;
    case 'runs':
      return html`<${RunsView} />`;
    default:
      return html`<${WhyView} />`;
  }
}

/** Digits lead to the views, / to the filter, Escape out of it and back to a list. */
function onKey(event: KeyboardEvent): void {
  const { target } = event;
  const isTyping = target instanceof HTMLElement && ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName);
  if (event.key === 'Escape') {
    if (isTyping) target.blur();
    else if (route.value.id !== '') history.back();
    return;
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const chosen = VIEWS[Number(event.key) - 1];
  if (chosen !== undefined) location.hash = hrefOf(chosen.view);
  if (event.key !== '/') return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
}

openStore();
const root = document.getElementById('page');
root?.replaceChildren();
if (root !== null) render(html`<${Page} />`, root);
