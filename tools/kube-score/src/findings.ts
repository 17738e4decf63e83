import { basename } from 'node:path';
/** One remark of kube-score on one kind of object in one overlay. */
export type Finding = { overlay: string; check: string; says: string; kind: string; objects: string[] };

type Scored = {
  object_name: string;
  type_meta: { kind: string };
  checks: {
    check: { id: string };
    /** 10 is full marks. */
    grade: number;
    skipped: boolean;
    comments: { path: string; summary: string }[] | null;
  }[];
};

const FULL_MARKS = 10;

/** What is less than perfect in kube-score's JSON report, put together by check, remark and kind. */
export function findingsOf(overlay: string, report: string): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { object_name, type_meta, checks } of JSON.parse(report) as Scored[]) {
    for (const { check, grade, skipped, comments } of checks) {
      if (skipped || grade >= FULL_MARKS) continue;
      for (const { summary } of comments ?? [{ path: '', summary: check.id }]) {
        const { kind } = type_meta;
        const key = JSON.stringify([check.id, summary, kind]);
        const finding = findings.get(key) ?? { overlay, check: check.id, says: summary, kind, objects: [] };
        const object = basename(object_name);
        if (!finding.objects.includes(object)) finding.objects.push(object);
        findings.set(key, finding);
      }
    }
  }
  return [...findings.values()];
}
