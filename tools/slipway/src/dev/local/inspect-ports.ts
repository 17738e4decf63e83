import { freePorts } from './free-ports.ts';
import { isPortFree } from '../../util/is-port-free.ts';

/** Node's own; editors look there first. */
const FIRST = 9229;

/** A port for each service's debugger: 9229 and those after it where they are free. */
export async function chooseInspectPorts(services: { name: string }[]): Promise<Map<string, number>> {
  const ports = services.map(async ({ name }, index): Promise<[string, number]> => {
    const usual = FIRST + index;
    if (await isPortFree(usual, '127.0.0.1')) return [name, usual];
    const [other = 0] = await freePorts(1);
    return [name, other];
  });
  return new Map(await Promise.all(ports));
}
