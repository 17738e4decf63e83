import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseTsconfig } from 'get-tsconfig';

/** The conditions of `exports` by which the workspace's own tooling finds a library's sources before they are built. */
export function customConditions(workspaceRoot: string): string[] {
  const file = ['tsconfig.base.json', 'tsconfig.json'].map((name) => join(workspaceRoot, name)).find(existsSync);
  return file === undefined ? [] : (parseTsconfig(file).compilerOptions?.customConditions ?? []);
}
