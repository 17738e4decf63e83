import type { PageEdge } from './page-types.ts';
import type { Scrapes } from './scrapes.ts';

type Caller = { name: string; calls: string[]; hasDatabase: boolean };

/** Declared calls with what was seen of them, and calls that were seen and are not declared. */
export function pageEdges(callers: Caller[], scrapes: Map<string, Scrapes>): PageEdge[] {
  return callers.flatMap(({ name, calls, hasDatabase }) => {
    const seen = scrapes.get(name)?.calls() ?? new Map<string, never>();
    const declared = [...calls, ...(hasDatabase ? ['database'] : [])];
    const all = [...new Set([...declared, ...seen.keys()])];
    return all.map((to) => ({
      from: name,
      to: to === 'database' ? `${name}-db` : to,
      isDeclared: declared.includes(to),
      ...seen.get(to),
    }));
  });
}
