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
