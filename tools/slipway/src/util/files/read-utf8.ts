import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../problems/problem.ts';

/** The text of a file, relative to the workspace; a problem with its line where it is in another encoding than UTF-8. */
export function readUtf8(workspaceRoot: string, file: string): { text: string } | { problem: Problem } {
  const bytes = readFileSync(join(workspaceRoot, file));
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  const lines = bytes.toString('latin1').split('\n');
  const index = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  return { problem: { file, line: index + 1, message: 'is not UTF-8', hint: 'save it as UTF-8' } };
}
