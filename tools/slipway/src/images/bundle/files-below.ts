import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Not part of what a service is: packages, results, tests, and hidden files, secrets among them. */
const IGNORED = /^(\..*|node_modules|dist|test|test-.*|coverage|.*\.test\..*|.*\.(bak|swp|tmp)|.*~)$/;

/** The files below a folder of our own, relative to the workspace and sorted; none where there is no such folder. */
export function filesBelow(workspaceRoot: string, folder: string): string[] {
  const path = join(workspaceRoot, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !IGNORED.test(name))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(workspaceRoot, path) : entry.isFile() ? [path] : [];
    })
    .sort();
}
