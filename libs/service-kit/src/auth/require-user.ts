import type { FastifyRequest } from 'fastify';
import { commonProblems } from '../http/problem.ts';
import { bearerToken } from './bearer-token.ts';
import type { Identity, Role, TokenVerifier } from './token-verifier.ts';

type AnyRequest = Pick<FastifyRequest, 'raw' | 'headers' | 'routeOptions'>;

const identities = new WeakMap<AnyRequest, Identity>();

/** A route's first hook: a good token, and the role if one is named, before the body is even read. */
export function requireUser(verifier: TokenVerifier, role?: Role): (request: AnyRequest) => Promise<void> {
  return async (request) => {
    // Node keeps the first of several; whoever stands before us may have judged another.
    if ((request.raw.headersDistinct.authorization?.length ?? 0) > 1)
      throw commonProblems.badRequest({ detail: 'there is more than one Authorization header' });
    const identity = await verifier.verify(bearerToken(request.headers.authorization));
    if (role !== undefined && identity.role !== role) throw commonProblems.forbidden();
    identities.set(request, identity);
  };
}

/** Who asks, if the request got as far as showing a good token. */
export function knownIdentity(request: AnyRequest): Identity | undefined {
  return identities.get(request);
}

/** Who asks, on a route that has `requireUser`. */
export function identityOf(request: AnyRequest): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error(`the route ${request.routeOptions.url} lacks requireUser`);
  return identity;
}
