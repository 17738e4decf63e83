import { describeError } from '@slipway/util/errors';
import type { ServiceSpec } from './service-spec.ts';

/** `skipped`: not begun, because a service that it depends on failed. */
export type ServiceResult = {
  service: string;
  status: 'success' | 'failure' | 'skipped';
  message: string;
  /** What was thrown, of a failure. */
  error?: unknown;
};

export function allSucceeded(results: ServiceResult[]): boolean {
  return results.every(({ status }) => status === 'success');
}

type Ordered = Pick<ServiceSpec, 'name' | 'calls'>;

/** One service's work. `prepare` starts at once; `finish`, when all services that it calls are done, gets its result. */
export type ServiceWork<Prepared = void> = {
  prepare: () => Promise<Prepared>;
  finish: (prepared: Prepared) => Promise<void>;
};

/**
 * Runs the work of every service, callees before callers, in parallel where none depends on the other. A failure skips
 * the services that depend on it and nothing else. Results come as they are known.
 */
export async function* runInDependencyOrder<Prepared, Service extends Ordered>(
  services: Service[],
  workOf: (service: Service) => ServiceWork<Prepared>,
): AsyncGenerator<ServiceResult> {
  const results = new Map<string, Promise<ServiceResult>>();
  for (const service of calleesFirst(services)) {
    const callees = service.calls.flatMap((callee) => results.get(callee) ?? []);
    results.set(service.name, run(service.name, workOf(service), callees));
  }
  const pending = new Map(results);
  while (pending.size > 0) {
    const result = await Promise.race(pending.values());
    pending.delete(result.service);
    yield result;
  }
}

async function run<Prepared>(
  service: string,
  { prepare, finish }: ServiceWork<Prepared>,
  callees: Promise<ServiceResult>[],
): Promise<ServiceResult> {
  try {
    const [results, prepared] = await Promise.all([Promise.all(callees), prepare()]);
    const reason = skipReason(results);
    if (reason !== undefined) return { service, status: 'skipped', message: reason };
    await finish(prepared);
    return { service, status: 'success', message: 'ready' };
  } catch (error) {
    return { service, status: 'failure', message: describeError(error), error };
  }
}

/** Names the dependencies that failed themselves; those that were only skipped where no direct one failed. */
function skipReason(dependencies: ServiceResult[]): string | undefined {
  const named = (wanted: ServiceResult['status']) =>
    dependencies.filter(({ status }) => status === wanted).map(({ service }) => service);
  const [failed, skipped] = [named('failure'), named('skipped')];
  if (failed.length > 0) return `${dependencyNames(failed)} failed`;
  if (skipped.length > 0) return `${dependencyNames(skipped)} ${skipped.length === 1 ? 'was' : 'were'} skipped`;
  return undefined;
}

function dependencyNames(names: string[]): string {
  return `its ${names.length === 1 ? 'dependency' : 'dependencies'} ${names.join(' and ')}`;
}

/** The services sorted so that every one comes after those it calls. */
function calleesFirst<Service extends Ordered>(services: Service[]): Service[] {
  const sorted = new Set<Service>();
  const visit = (service: Service) => {
    for (const callee of service.calls) services.filter(({ name }) => name === callee).forEach(visit);
    sorted.add(service);
  };
  services.forEach(visit);
  return [...sorted];
}
