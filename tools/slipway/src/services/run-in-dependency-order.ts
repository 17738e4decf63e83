import { describeError } from '@slipway/util/errors';
import type { ServiceSpec } from './service-spec.ts';

/** `skipped`: held back because a service that it calls failed. */
export type ServiceResult = { service: string; status: 'success' | 'failure' | 'skipped'; message: string };

/** One service's work. `prepare` starts at once, `finish` when all services that it calls are done. */
export type ServiceWork = { prepare: () => Promise<void>; finish: () => Promise<void> };

/**
 * Runs the work of every service, callees before callers, in parallel where nobody waits. A failure holds back those
 * who call the service and nothing else. Results come as they are known.
 */
export async function* runInDependencyOrder(
  serviceSpecs: ServiceSpec[],
  workOf: (serviceSpec: ServiceSpec) => ServiceWork,
): AsyncGenerator<ServiceResult> {
  const results = new Map<string, Promise<ServiceResult>>();
  for (const serviceSpec of calleesFirst(serviceSpecs)) {
    const callees = serviceSpec.calls.flatMap((callee) => results.get(callee) ?? []);
    results.set(serviceSpec.name, run(serviceSpec.name, workOf(serviceSpec), callees));
  }
  const pending = new Map(results);
  while (pending.size > 0) {
    const result = await Promise.race(pending.values());
    pending.delete(result.service);
    yield result;
  }
}

async function run(
  service: string,
  { prepare, finish }: ServiceWork,
  callees: Promise<ServiceResult>[],
): Promise<ServiceResult> {
  try {
    const [results] = await Promise.all([Promise.all(callees), prepare()]);
    const failed = results.filter(({ status }) => status !== 'success').map((result) => result.service);
    if (failed.length > 0) {
      return {
        service,
        status: 'skipped',
        message: `it calls ${failed.join(' and ')}, which did not get ready`,
      };
    }
    await finish();
    return { service, status: 'success', message: 'ready' };
  } catch (error) {
    return { service, status: 'failure', message: describeError(error) };
  }
}

/** The service specs sorted so that everyone comes after those it calls. */
function calleesFirst(serviceSpecs: ServiceSpec[]): ServiceSpec[] {
  const sorted = new Set<ServiceSpec>();
  const visit = (serviceSpec: ServiceSpec) => {
    for (const callee of serviceSpec.calls) serviceSpecs.filter(({ name }) => name === callee).forEach(visit);
    sorted.add(serviceSpec);
  };
  serviceSpecs.forEach(visit);
  return [...sorted];
}
