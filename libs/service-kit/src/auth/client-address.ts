import { isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { AcceptedKeys } from './service-credential.ts';

/** The address that the gateway saw; believed only with the gateway's service credential. */
export const clientAddressHeader = 'x-client-address';

export function clientAddress(request: FastifyRequest, gatewayKeys: AcceptedKeys): string {
  const passedOn = request.headers[clientAddressHeader];
  if (typeof passedOn === 'string' && passedOn !== '' && gatewayKeys.accepts(request)) return passedOn;
  return plainAddress(request.socket.remoteAddress ?? 'unknown');
}

/** An IPv4 address that came in on an IPv6 socket is the same client. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}

/** Who counts as one client: an IPv6 host chooses its addresses from a network of 64 bits, and may use each for a request. */
export function clientNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [start = '', end] = address.split('::');
  const groups = (part = '') => (part === '' ? [] : part.split(':'));
  const zeros = end === undefined ? 0 : 8 - groups(start).length - groups(end).length;
  const all = [...groups(start), ...Array<string>(Math.max(0, zeros)).fill('0'), ...groups(end)];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
