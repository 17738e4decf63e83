import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { AcceptedKeys } from './service-credential.ts';

/** One id per request of a client, whatever the gateway tries again; believed only with its service credential. */
export const executionIdHeader = 'x-execution-id';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function executionId(request: FastifyRequest, gatewayKeys: AcceptedKeys): string {
  const passedOn = request.headers[executionIdHeader];
  if (typeof passedOn === 'string' && uuid.test(passedOn) && gatewayKeys.accepts(request)) return passedOn;
  return randomUUID();
}
