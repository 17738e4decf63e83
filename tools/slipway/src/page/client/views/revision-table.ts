import { html } from 'htm/preact';
import type { PageDeploys } from '../../data/page-deploys.ts';
import { day } from '../format.ts';
import { ActionButton, Badge } from '../parts.ts';
import { hrefOf } from '../store.ts';
import { num, optional, Table } from '../table.ts';

export function RevisionTable({ revisions }: { revisions: PageDeploys['revisions'] }) {
  return html`<${Table}
    columns=${['service', num('revision'), 'made', 'from', optional('image'), '']}
    rows=${revisions.map(
      ({ service, number, createdAt, cause, image, isCurrent }) =>
        html`<tr key=${`${service} ${number}`}>
          <td class="mono"><a href=${hrefOf('services', {}, service)}>${service}</a></td>
          <td class="num">${number}</td>
          <td class="mono nowrap">${day(createdAt)}</td>
          <td class="wrap">${cause ?? 'commit unknown'}</td>
          <td class="optional mono">${image}</td>
          <td class="nowrap">
            ${isCurrent ? html`<${Badge} state="ready" text="runs now" />` : html`<${ActionButton} action=${{ kind: 'rollback', service, to: number }} />`}
          </td>
        </tr>`,
    )}
  />`;
}
