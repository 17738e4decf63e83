import type { PageFinding } from './page-types.ts';

/** Errors before warnings; else as they came: causes before effects. */
export function worstFirst(findings: PageFinding[]): PageFinding[] {
  const rank = { error: 0, warning: 1 };
  return findings.toSorted((a, b) => rank[a.severity] - rank[b.severity]);
}
