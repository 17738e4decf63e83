import { serviceNameProblem } from '../../../services/service-name.ts';
import type { ServiceSpec } from '../../../services/service-spec.ts';
import type { Problem } from '../../../util/problems/problem.ts';

type NewService = {
  name: string;
  /** Its folder. */
  file: string;
  calls: string[];
};

/** What is wrong with a new service's name, and with those it is to call. */
export function nameProblems(
  { name, file, calls }: NewService,
  services: ServiceSpec[],
  projects: string[],
): Problem[] {
  const known = services.map((service) => service.name);
  const problems: Problem[] = [];
  const unfit = serviceNameProblem(name);
  if (unfit !== undefined) problems.push({ file, ...unfit });
  else if (known.includes(name) || projects.includes(name))
    problems.push({ file, message: `"${name}" is taken: another project has it`, hint: 'choose another name' });
  for (const callee of calls.filter((service) => !known.includes(service))) {
    problems.push({
      file,
      key: '--calls',
      message: `names the service "${callee}", which is none of ours`,
      hint: `use some of: ${known.join(', ')}`,
    });
  }
  return problems;
}
