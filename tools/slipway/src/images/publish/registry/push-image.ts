import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { UserError } from '@slipway/util/errors';
import type { ImageBlob } from '@slipway/oci/layout';
import type { ContainerImage } from '../../container-image.ts';
import { registryClient, type RegistryClient } from './registry-client.ts';

/** What was sent: the registry already has the rest. `reference` is by digest. */
export type Push = { reference: string; sentBlobs: number; sentBytes: number };

/**
 * Pushes the image to `host/repository` by digest, sending only the blobs that the registry lacks, and names it by its
 * content's tag. The manifest comes last, so that an incomplete image is never visible.
 */
export async function pushImage(image: ContainerImage, host: string, repository: string): Promise<Push> {
  const registry = registryClient(host, repository);
  const blobs = image.blobs.filter(({ digest }) => digest !== image.manifest.digest);
  const sent = (
    await Promise.all(blobs.map(async (blob) => ((await pushBlob(registry, host, blob)) ? blob.size : 0)))
  ).filter((size) => size > 0);
  const manifest = image.blobs.find(({ digest }) => digest === image.manifest.digest);
  if (manifest === undefined) throw new Error(`the image ${image.tag} has no manifest among its blobs`);
  const headers = { 'content-type': image.manifest.mediaType };
  const body = 'bytes' in manifest ? manifest.bytes : await readFile(manifest.file);
  for (const reference of [image.manifest.digest, image.tag]) {
    const answer = await registry('PUT', `manifests/${reference}`, { headers, body: Buffer.from(body) });
    if (answer.status !== 201) throw refusal(host, `manifest ${reference}`, answer);
  }
  return {
    reference: `${host}/${repository}@${image.manifest.digest}`,
    sentBlobs: sent.length,
    sentBytes: sent.reduce((sum, size) => sum + size, 0),
  };
}

/** True when the blob had to be sent. */
async function pushBlob(registry: RegistryClient, host: string, blob: ImageBlob): Promise<boolean> {
  const known = await registry('HEAD', `blobs/${blob.digest}`);
  if (known.status === 200) return false;
  if (known.status !== 404) throw refusal(host, `blob ${blob.digest}`, known);
  const start = await registry('POST', 'blobs/uploads/');
  if (start.status !== 202) throw refusal(host, 'an upload', start);
  const location = new URL(String(start.headers.location), 'http://registry');
  location.searchParams.set('digest', blob.digest);
  const answer = await registry('PUT', `${location.pathname}${location.search}`, {
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
    body: 'bytes' in blob ? Buffer.from(blob.bytes) : createReadStream(blob.file),
  });
  if (answer.status !== 201) throw refusal(host, `blob ${blob.digest}`, answer);
  return true;
}

function refusal(host: string, what: string, { status, text }: { status: number; text: string }): Error {
  return new UserError(`registry ${host} refuses ${what}: HTTP ${status} ${text.slice(0, 300)}`);
}
