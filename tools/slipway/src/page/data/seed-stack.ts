import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from '@slipway/util/exec';
import { isObject } from '../../util/json-object.ts';

const LIMIT_MS = 120_000;

/** Whether the workspace has a script to fill its stack: `npm run seed`. */
export function hasSeed(workspaceRoot: string): boolean {
  const file = join(workspaceRoot, 'package.json');
  if (!existsSync(file)) return false;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(content) && isObject(content.scripts) && typeof content.scripts.seed === 'string';
  } catch {
    // A file that is being edited has no script now.
    return false;
  }
}

/** Runs it with these arguments and this environment beside ours. Throws CommandError with its output. */
export async function seedStack(
  workspaceRoot: string,
  { args = [], environment = {} }: { args?: string[]; environment?: Record<string, string> },
  { signal, note }: { signal: AbortSignal; note: (line: string) => void },
): Promise<void> {
  const output = await exec(['npm', 'run', '--silent', 'seed', '--', ...args], {
    cwd: workspaceRoot,
    env: environment,
    signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
  });
  note(output.trim());
}
