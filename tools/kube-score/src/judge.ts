import type { Finding } from './findings.ts';

/** A remark that we live with: on these kinds in these overlays, for this reason. */
export type Accepted = { check: string; says: string; kinds: string[]; overlays: string[]; reason: string };

/** The findings that nobody has accepted, and what was accepted and no longer occurs. */
export function judge(findings: Finding[], accepted: Accepted[]): { unexplained: Finding[]; stale: string[] } {
  const covers = ({ check, says, kinds, overlays }: Accepted, finding: Finding) =>
    check === finding.check &&
    says === finding.says &&
    kinds.includes(finding.kind) &&
    overlays.includes(finding.overlay);
  const stale = accepted.flatMap((entry) =>
    entry.overlays.flatMap((overlay) =>
      entry.kinds.flatMap((kind) => {
        const occurs = findings.some((finding) => covers({ ...entry, overlays: [overlay], kinds: [kind] }, finding));
        return occurs ? [] : [`${entry.check} on ${kind} in ${overlay}: ${entry.says}`];
      }),
    ),
  );
  return { unexplained: findings.filter((finding) => !accepted.some((entry) => covers(entry, finding))), stale };
}
