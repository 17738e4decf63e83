import { randomInt } from 'node:crypto';
import { UserError } from '@slipway/util/errors';
import { isPortFree } from '../../util/is-port-free.ts';

/** Below the ports that systems hand to outgoing connections: one of those could take a port before its service does. */
const [lowest, highest] = [20_000, 32_000];

/** `count` different free TCP ports of this machine. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  // A random start keeps parallel runs apart.
  for (let port = randomInt(lowest, highest), tried = 0; ports.length < count; port++, tried++) {
    if (tried > highest - lowest) throw new UserError(`no ${count} free ports between ${lowest} and ${highest}`);
    if (port >= highest) port = lowest;
    if (await isPortFree(port, '127.0.0.1')) ports.push(port);
  }
  return ports;
}
