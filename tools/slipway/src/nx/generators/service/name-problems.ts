import type { ServiceSpec } from '../../../services/service-spec.ts';
import type { Problem } from '../../../util/problems/problem.ts';

/** What a Service's name may be in Kubernetes, short enough for the names of pods. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** The image that the databases run. */
const TAKEN = ['postgres'];

/** What is wrong with a new service's name and with those it is to call. */
export function nameProblems(name: string, calls: string[], services: ServiceSpec[], projects: string[]): Problem[] {
  const known = services.map((service) => service.name);
  const problems: Problem[] = [];
  if (!NAME.test(name) || name.endsWith('-db')) {
    problems.push({
      file: `apps/${name}`,
      message: `"${name}" cannot be a service's name`,
      hint: 'use a to z, 0 to 9 and hyphens, at most 40, a letter first; names with -db at the end are databases',
    });
  } else if (known.includes(name) || projects.includes(name) || TAKEN.includes(name)) {
    problems.push({ file: `apps/${name}`, message: `"${name}" is taken`, hint: 'choose another name' });
  }
  for (const callee of calls.filter((service) => !known.includes(service))) {
    problems.push({
      file: `apps/${name}`,
      key: '--calls',
      message: `names the service "${callee}", which is none of ours`,
      hint: `use some of: ${known.join(', ')}`,
    });
  }
  return problems;
}
