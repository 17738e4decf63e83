import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long the last deploy of the workspace at `root` took, ms: from its timeline, so without Nx. */
export function lastDeployMs(root: string): number {
  const timeline = JSON.parse(readFileSync(join(root, 'dist/deploy/timeline.json'), 'utf8')) as { totalMs: number };
  return timeline.totalMs;
}
