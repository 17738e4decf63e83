import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { codeOf, messageOf, UserError } from '@slipway/util/errors';
import { type Dispatcher, request } from 'undici';
import { parsePrivate } from '../../../services/secrets/parse-private.ts';
import { hideSecret } from '@slipway/util/secret-mask';
import { parseRegistry } from '../../../util/registry-address.ts';
import { isObject } from '../../../util/json-object.ts';

/** Requests to one repository of an OCI registry (OCI Distribution Specification 1.1), with its authentication. */
export type RegistryClient = (
  method: 'GET' | 'HEAD' | 'POST' | 'PUT',
  path: string,
  options?: { headers?: Record<string, string>; body?: Dispatcher.DispatchOptions['body'] },
) => Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }>;

/**
 * Asks for a token when the registry wants one, with the credentials that `docker login` keeps. Plain HTTP for this
 * machine's own registries, as Docker does. `registry` is a host, or a path in one; `name` is e.g. `shop/order`.
 */
export function registryClient(registry: string, name: string): RegistryClient {
  const { host, path } = parseRegistry(registry);
  const repository = [...path, name].join('/');
  const scheme = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host) ? 'http' : 'https';
  let authorization: string | undefined;

  const send: RegistryClient = async (method, resource, { headers = {}, body } = {}) => {
    const url = new URL(resource, `${scheme}://${host}/v2/${repository}/`);
    const answer = await request(url, {
      method,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      body: body ?? null,
    });
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
  };

  return async (method, resource, options) => {
    const answer = await send(method, resource, options);
    if (answer.status !== 401 || authorization !== undefined) return answer;
    authorization = await authorize(host, repository, String(answer.headers['www-authenticate'] ?? ''));
    return send(method, resource, options);
  };
}

async function authorize(host: string, repository: string, challenge: string): Promise<string> {
  const credentials = dockerCredentials(host);
  const basic = credentials === undefined ? undefined : `Basic ${credentials}`;
  if (/^basic/i.test(challenge)) {
    if (basic === undefined) throw new UserError(`registry ${host} wants a login. Run: docker login ${host}`);
    return basic;
  }
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  if (parameters.realm === undefined)
    throw new UserError(`registry ${host} refuses and does not say how to log in (${challenge || 'no challenge'})`);
  const url = new URL(parameters.realm);
  if (parameters.service !== undefined) url.searchParams.set('service', parameters.service);
  url.searchParams.set('scope', `repository:${repository}:pull,push`);
  const answer = await request(url, { headers: basic === undefined ? {} : { authorization: basic } });
  if (answer.statusCode !== 200)
    throw new UserError(`registry ${host} gives no token (HTTP ${answer.statusCode}). Run: docker login ${host}`);
  const answered: unknown = await answer.body.json();
  const { token, access_token: accessToken = token } = isObject(answered) ? answered : {};
  if (typeof accessToken !== 'string') throw new UserError(`registry ${host} answers the login without a token`);
  return `Bearer ${accessToken}`;
}

/** What `docker login` wrote into its config file; credential helpers are not asked. */
function dockerCredentials(host: string): string | undefined {
  const file = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json');
  const text = readText(file);
  if (text === undefined) return undefined;
  const config = parsePrivate<{ auths?: Record<string, { auth?: string }> }>(file, text, JSON.parse);
  const auth = config.auths?.[host]?.auth;
  if (auth !== undefined) hideSecret(auth);
  return auth;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
