import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digestOfFile } from '@slipway/oci/blob';
import { UserError } from '@slipway/util/errors';
import { interruption } from '../../core/run.ts';
import { DEFAULT_RELEASE, type Release } from '../../core/releases.ts';
import { imageArchitecture } from '../../core/versions.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { kindOf, kubectlBinary } from './binaries.ts';

export type Download = { url: string; checksumUrl: string; destination: string };

const CONNECT_MS = 5_000;

/** kubectl and kind, and the kind of the release, from their official sites; the two variables name a mirror. */
export function officialDownloads(release: Release): Download[] {
  const kubernetes = process.env.SLIPWAY_KUBERNETES_DOWNLOADS ?? 'https://dl.k8s.io/release';
  const kind = process.env.SLIPWAY_KIND_DOWNLOADS ?? 'https://github.com/kubernetes-sigs/kind/releases/download';
  const kubectlUrl = `${kubernetes}/v${DEFAULT_RELEASE.kubernetes}/bin/linux/${imageArchitecture}/kubectl`;
  const kinds = [...new Map([DEFAULT_RELEASE, release].map((wanted) => [wanted.kind, wanted])).values()];
  return [
    { url: kubectlUrl, checksumUrl: `${kubectlUrl}.sha256`, destination: kubectlBinary },
    ...kinds.map((wanted) => {
      const url = `${kind}/v${wanted.kind}/kind-linux-${imageArchitecture}`;
      return { url, checksumUrl: `${url}.sha256sum`, destination: kindOf(wanted) };
    }),
  ];
}

/** Fetches the checksum first: it is small, so an unreachable site is known within seconds. */
export async function download({ url, checksumUrl, destination }: Download): Promise<void> {
  const listed = await (await get(checksumUrl, AbortSignal.timeout(CONNECT_MS))).text();
  const expected = /\b[0-9a-f]{64}\b/.exec(listed)?.[0];
  if (!expected) throw new UserError(`${checksumUrl} contains no SHA-256 checksum`);
  await inWorkFolder('download', async (folder) => {
    const file = join(folder, 'download');
    const signal = interruption();
    const { body } = await get(url, signal);
    if (!body) throw new UserError(`${url} answers without content`);
    await pipeline(Readable.fromWeb(body), createWriteStream(file), { signal });
    const { digest } = await digestOfFile(file);
    if (digest !== `sha256:${expected}`) {
      throw new UserError(`${url} has the digest ${digest}, but ${checksumUrl} lists sha256:${expected}: not used`);
    }
    await chmod(file, 0o755);
    await mkdir(dirname(destination), { recursive: true });
    await rename(file, destination);
  });
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new UserError(`${url} answers ${response.status}`);
  return response;
}
