import type { Counts } from './counts.ts';

/** The totals at the end of what `node --test` writes as TAP; undefined when it did not get that far. */
export function tapCounts(tap: string): Counts | undefined {
  const total = (name: string): number | undefined => {
    // The last one counts: what a test prints becomes a comment too.
    const found = [...tap.matchAll(new RegExp(`^# ${name} (\\d+)$`, 'gm'))].at(-1);
    return found === undefined ? undefined : Number(found[1]);
  };
  const [passed, failed, cancelled] = [total('pass'), total('fail'), total('cancelled')];
  if (passed === undefined || failed === undefined || cancelled === undefined) return undefined;
  return { passed, failed: failed + cancelled, skipped: (total('skipped') ?? 0) + (total('todo') ?? 0) };
}
