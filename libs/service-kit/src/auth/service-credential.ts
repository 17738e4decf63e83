import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { commonProblems, type ProblemError } from '../http/problem.ts';

/** Carries the secret of one caller → callee edge. */
export const serviceKeyHeader = 'x-service-key';

/** Compares with every accepted key (two while one is rotated), in time that does not depend on the key that is shown. */
export class AcceptedKeys {
  readonly #digests: Buffer[];

  /** `keys`: one, or two separated by a comma. */
  constructor(keys: string) {
    this.#digests = keys.split(',').map(digest);
  }

  accepts(request: FastifyRequest): boolean {
    const shown = request.headers[serviceKeyHeader];
    if (typeof shown !== 'string') return false;
    const shownDigest = digest(shown);
    return this.#digests.filter((accepted) => timingSafeEqual(accepted, shownDigest)).length > 0;
  }

  /** What a request without a key hears. A user's token is no credential here. */
  refusal(request: FastifyRequest): ProblemError | undefined {
    if (this.accepts(request)) return undefined;
    return commonProblems.unauthorized({
      detail: 'this route is for services',
      headers: { 'www-authenticate': 'ServiceKey realm="slipway-shop"' },
    });
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
