import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../util/problems/problem.ts';

/** The problem with the line that declares its key, where it is about one of `configFiles` and that declares it itself. */
export function withKeyLine(workspaceRoot: string, configFiles: string[], problem: Problem): Problem {
  const { file, key, line } = problem;
  const [name = ''] = /[\w-]+$/.exec(key ?? '') ?? [];
  if (name === '' || line !== undefined || !configFiles.includes(file)) return problem;
  const declaration = new RegExp(`^\\s*(?:.*[{,]\\s*)?['"]?${name}['"]?\\s*:`);
  const index = readFileSync(join(workspaceRoot, file), 'utf8')
    .split('\n')
    .findIndex((text) => declaration.test(text));
  return index === -1 ? problem : { ...problem, line: index + 1 };
}
