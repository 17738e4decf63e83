import { registryClient } from './registry-client.ts';
import { MEDIA_TYPES } from '@slipway/oci/layout';
import { parseRegistry } from '../../../util/registry-address.ts';
import { UserError } from '@slipway/util/errors';

/** What manifests may be: a registry answers 404 for one that the client does not accept. */
const ACCEPTED = [
  MEDIA_TYPES.manifest,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Whether `host/repository` lacks the manifest with this digest. Throws UserError where the registry does not answer that. */
export async function isMissing(host: string, repository: string, digest: string): Promise<boolean> {
  const { status } = await registryClient(host, repository)('HEAD', `manifests/${digest}`, {
    headers: { accept: ACCEPTED },
  });
  if (status === 200) return false;
  if (status === 404) return true;
  throw new UserError(`registry ${host} answers HTTP ${status} when asked for ${repository}@${digest}`, {
    hint: `docker login ${parseRegistry(host).host}, or leave the check out: --no-checkRegistry`,
  });
}
