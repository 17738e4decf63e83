import { join } from 'node:path';
import { LOCAL_STATE } from '../../services/secrets/ignore-lines.ts';

/** Of the runs of a stack: `.slipway/runs/local`, and one folder for each name and each cluster. */
export function runsFolder(workspaceRoot: string, place: string, stack?: string): string {
  const parts = [place, ...(stack === undefined ? [] : [stack])];
  return join(workspaceRoot, LOCAL_STATE, 'runs', ...parts.map((part) => encodeURIComponent(part)));
}
