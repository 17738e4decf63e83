import { commonProblems } from '../http/problem.ts';

const bearer = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/** The token of an Authorization header; throws `unauthorized` when there is none. */
export function bearerToken(header: string | undefined): string {
  const token = header === undefined ? undefined : bearer.exec(header)?.[1];
  if (token !== undefined) return token;
  throw commonProblems.unauthorized({ headers: { 'www-authenticate': 'Bearer realm="slipway-shop"' } });
}
