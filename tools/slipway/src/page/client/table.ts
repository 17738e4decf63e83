import { html } from 'htm/preact';

/** A heading. `num`: its cells are aligned to the right; `optional`: a narrow screen leaves them out. */
export type Column = string | { text: string; kind: 'num' | 'optional' };

/** The frame of every table; each row brings its own cells. */
export function Table({ columns, rows }: { columns: Column[]; rows: unknown }) {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => {
            const { text, kind } = typeof column === 'string' ? { text: column, kind: undefined } : column;
            return html`<th key=${text} class=${kind}>${text}</th>`;
          })}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

export const num = (text: string): Column => ({ text, kind: 'num' });
export const optional = (text: string): Column => ({ text, kind: 'optional' });
