import { basename } from 'node:path';
import type { Problem } from '../util/problems/problem.ts';
import { ValidationError } from '../util/problems/validation-error.ts';
import { crossCheck } from './cross-check.ts';
import { readServiceSpecsOf } from './read-service.ts';
import { serviceNameProblem } from './service-name.ts';
import type { ServiceSpec } from './service-spec.ts';
import { serviceRoots } from './service-roots.ts';
import { withKeyLine } from './with-key-line.ts';

/** What can be read, sorted by name, and everything that is wrong with it and with the rest. */
export type CollectedServiceSpecs = { serviceSpecs: ServiceSpec[]; problems: Problem[] };

/** The service specs of every service of the workspace; problems are answered and not thrown. */
export async function collectServiceSpecs(workspaceRoot: string): Promise<CollectedServiceSpecs> {
  const roots = serviceRoots(workspaceRoot);
  const problems: Problem[] = roots.flatMap((root) => {
    const unfit = serviceNameProblem(basename(root));
    return unfit === undefined ? [] : [{ file: root, message: unfit.message, hint: 'rename the folder' }];
  });
  const serviceSpecs: ServiceSpec[] = [];
  for (const reading of await readServiceSpecsOf(workspaceRoot, roots)) {
    if ('error' in reading) problems.push(...reading.error.problems);
    else serviceSpecs.push(reading.serviceSpec);
  }
  // Names of unreadable services still count as known: their own problem is enough.
  const names = roots.map((root) => basename(root));
  problems.push(...crossCheck(serviceSpecs, names));
  const configFiles = serviceSpecs.map(({ configFile }) => configFile);
  return { serviceSpecs, problems: problems.map((problem) => withKeyLine(workspaceRoot, configFiles, problem)) };
}

/** The service specs of every service of the workspace, sorted by name. Throws ValidationError with the problems of all of them. */
export async function readServiceSpecs(workspaceRoot: string): Promise<ServiceSpec[]> {
  const { serviceSpecs, problems } = await collectServiceSpecs(workspaceRoot);
  if (problems.length > 0) throw new ValidationError(problems);
  return serviceSpecs;
}
