import { html } from 'htm/preact';
import type { PageFinding } from '../../data/page-types.ts';
import { ActionButton, Badge, Command } from '../parts.ts';
import { currentStatus, hrefOf } from '../store.ts';
import { ServiceTable } from './services-view.ts';

/** What is wrong, the worst first and causes before effects; what one sees first. */
export function WhyView() {
  const now = currentStatus.value;
  const { findings, isReady } = now;
  return html`<h1>${headline(findings, isReady)}</h1>
    ${findings.map((finding) => html`<${Finding} key=${`${finding.code} ${finding.who}`} finding=${finding} />`)}
    ${
      findings.length === 0 &&
      html`<p class="empty">
        ${isReady ? 'Every service is ready, and no answer of the last 30 s was a 5xx.' : 'Nothing has failed. What is not ready is still starting.'}
        ${' '}Requests appear under <a href=${hrefOf('requests')}>Requests</a> as they end.
      </p>`
    }
    <h2>Services</h2>
    <${ServiceTable} />`;
}

function headline(findings: PageFinding[], isReady: boolean): string {
  if (findings.length === 0) return isReady ? 'Nothing is wrong' : 'Starting';
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = [
    ...(errors === 0 ? [] : [`${errors} problem${errors === 1 ? '' : 's'}`]),
    ...(findings.length === errors
      ? []
      : [`${findings.length - errors} warning${findings.length - errors === 1 ? '' : 's'}`]),
  ];
  return counts.join(', ');
}

function Finding({ finding }: { finding: PageFinding }) {
  const { severity, who, message, details, hint, command, action } = finding;
  const service = currentStatus.value.services.find(({ name }) => who === name || who === `${name}-db`)?.name;
  return html`<article class=${`finding ${severity}`} data-code=${finding.code}>
    <div class="title"><${Badge} state=${severity} /><b>${who}</b><span class="wrap">${message}</span></div>
    ${details.length > 0 && html`<pre>${details.join('\n')}</pre>`} ${hint !== undefined && html`<p>→ ${hint}</p>`}
    <div class="actions">
      ${action !== undefined && html`<${ActionButton} action=${action} isMain=${true} />`}
      ${service !== undefined && html`<a href=${hrefOf('logs', { service, level: 'warn' })}>Its warnings</a>`}
      ${command !== undefined && html`<${Command} text=${command} />`}
    </div>
  </article>`;
}
