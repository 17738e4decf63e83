import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { onEnd } from './on-end.ts';

const originals = new Map<string, string | undefined>();

/** Writes a file of the workspace for the length of a test; `restoreFiles` puts back what was there. */
export function editFile(path: string, edit: (text: string) => string): void {
  const file = join(workspaceRoot, path);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (!originals.has(file)) originals.set(file, text);
  writeFileSync(file, edit(text ?? ''));
}

/** Puts every edited file back. */
export function restoreFiles(): void {
  for (const [file, text] of originals) {
    if (text === undefined) rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
  originals.clear();
}

// Also when the runner is ended: an edit must not stay in someone's working tree.
onEnd(restoreFiles);
