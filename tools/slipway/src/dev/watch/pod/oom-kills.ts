import { readFileSync } from 'node:fs';

/** Where the kernel counts them for the container: cgroup v2, then v1. */
const COUNTERS = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];

/** How many processes of this container the kernel has ended because its memory was used up; 0 where it does not say. */
export function oomKills(files: readonly string[] = COUNTERS): number {
  for (const file of files) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
      if (count !== undefined) return Number(count);
    } catch {
      // The other version's, or none.
    }
  }
  return 0;
}
