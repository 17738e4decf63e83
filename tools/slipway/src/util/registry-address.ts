import { UserError } from '@slipway/util/errors';

/** A registry as `--registry` names it: `registry.example:5000`, or a path in one, `registry.example/group/project`. */
export type RegistryAddress = { host: string; path: string[] };

const HOST = /^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;
/** OCI Distribution Specification: a component of a repository's name. */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/** Throws UserError for what no registry has as an address. */
export function parseRegistry(registry: string): RegistryAddress {
  // Without a login that somebody wrote into it.
  const shown = registry.replace(/^([a-z]+:\/\/)?[^/]*@/i, '$1');
  const refuse = (message: string, hint: string) => new UserError(`--registry ${shown}: ${message}`, { hint });
  if (/^[a-z]+:\/\//i.test(registry))
    throw refuse('an image has no scheme', `--registry ${shown.replace(/^.*:\/\//, '')}`);
  if (shown !== registry) throw refuse('a login does not belong here', `docker login ${shown.split('/')[0]}`);
  if (registry.endsWith('/')) throw refuse('ends with a slash', `--registry ${registry.replace(/\/+$/, '')}`);
  const [host = '', ...path] = registry.split('/');
  if (!HOST.test(host)) throw refuse(`"${host}" is no host`, 'e.g. --registry registry.example.com/group/project');
  const wrong = path.find((component) => !COMPONENT.test(component));
  if (wrong !== undefined)
    throw refuse(
      `"${wrong}" cannot be part of an image's name`,
      'use lower-case letters, digits and single . _ - between them',
    );
  return { host, path };
}
