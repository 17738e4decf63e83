import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../util/problems/problem.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The problem with the line that declares its key, where it is about one of a config.ts and that declares it itself. */
export function withKeyLine(workspaceRoot: string, serviceSpecs: ServiceSpec[], problem: Problem): Problem {
  const { file, key, line } = problem;
  if (key === undefined || line !== undefined || !serviceSpecs.some(({ configFile }) => configFile === file))
    return problem;
  const lines = readFileSync(join(workspaceRoot, file), 'utf8').split('\n');
  const index = lines.findIndex((text) => text.trimStart().startsWith(`${key}:`));
  return index === -1 ? problem : { ...problem, line: index + 1 };
}
