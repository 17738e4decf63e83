import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';

/** What a Service's name may be in Kubernetes, short enough for the names of pods. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;
/** The image that the databases run. */
const TAKEN = ['postgres'];

/** What is wrong with a new service's name and with those it is to call. */
export function nameFaults(name: string, calls: string[], services: ServiceContract[], projects: string[]): Fault[] {
  const known = services.map((service) => service.name);
  const faults: Fault[] = [];
  if (!NAME.test(name) || name.endsWith('-db')) {
    faults.push({
      file: `apps/${name}`,
      problem: `"${name}" cannot be a service's name`,
      cure: 'use a to z, 0 to 9 and hyphens, at most 40, a letter first; names with -db at the end are databases',
    });
  } else if (known.includes(name) || projects.includes(name) || TAKEN.includes(name)) {
    faults.push({ file: `apps/${name}`, problem: `"${name}" is taken`, cure: 'choose another name' });
  }
  for (const callee of calls.filter((service) => !known.includes(service))) {
    faults.push({
      file: `apps/${name}`,
      key: '--calls',
      problem: `names the service "${callee}", which is none of ours`,
      cure: `use some of: ${known.join(', ')}`,
    });
  }
  return faults;
}
