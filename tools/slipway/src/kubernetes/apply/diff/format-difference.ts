import type { Difference } from './diff-objects.ts';

const LONGEST = 100;

/** `spec.replicas: 3 → 2`, as it is in the cluster → as the files declare it. */
export function formatDifference({ path, live, declared }: Difference): string {
  if (live === undefined) return `+ ${path}: ${text(declared)}`;
  if (declared === undefined) return `- ${path}: ${text(live)}`;
  return `~ ${path}: ${text(live)} → ${text(declared)}`;
}

function text(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length <= LONGEST ? json : `${json.slice(0, LONGEST)}…`;
}
