import { runInDependencyOrder, type ServiceResult } from '../../services/run-in-dependency-order.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { listProblems } from '../../util/problems/format-problems.ts';
import type { ValidationError } from '../../util/problems/validation-error.ts';

/** Which of the services a deploy leaves out: those that cannot be built, and all that depend on them. */
export async function leaveOut(
  serviceSpecs: ServiceSpec[],
  failures: Map<string, ValidationError>,
): Promise<ServiceResult[]> {
  const leftOut: ServiceResult[] = [];
  const work = runInDependencyOrder(serviceSpecs, ({ name }) => ({
    prepare: async () => {
      const failure = failures.get(name);
      if (failure !== undefined) throw failure;
    },
    finish: async () => undefined,
  }));
  for await (const result of work) {
    const failure = failures.get(result.service);
    if (failure !== undefined) leftOut.push({ ...result, message: describeFailure(failure) });
    else if (result.status !== 'success') leftOut.push(result);
  }
  return leftOut;
}

function describeFailure({ problems }: ValidationError): string {
  return `cannot be built; it and what depends on it are left out\n${listProblems(problems)}`;
}
