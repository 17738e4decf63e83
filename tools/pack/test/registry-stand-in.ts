import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { readTarball } from '../src/read-tarball.ts';
import type { Tarball } from '../src/pack.ts';

/** Stands in for a registry: our tarballs as if they were published, everything else by the real one. Fake: no sign-in, no search. */
export async function startRegistry(
  tarballs: Tarball[],
  upstream: string,
): Promise<{ url: string; close: () => void }> {
  const manifests = new Map(
    await Promise.all(
      tarballs.map(async ({ name, file }) => {
        const manifest = JSON.parse((await readTarball(file)).get('package.json')!.toString()) as object;
        return [name, { manifest, bytes: readFileSync(file), file: basename(file) }] as const;
      }),
    ),
  );
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const tarball = [...manifests.values()].find(({ file }) => path === `-/${file}`);
    if (tarball !== undefined) return void response.end(tarball.bytes);
    const known = manifests.get(path);
    if (known === undefined) return void response.writeHead(307, { location: `${upstream}${request.url}` }).end();
    const { version } = known.manifest as { version: string };
    const integrity = `sha512-${createHash('sha512').update(known.bytes).digest('base64')}`;
    const dist = { integrity, tarball: `${url}/-/${known.file}` };
    const versions = { [version]: { ...known.manifest, dist } };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name: path, 'dist-tags': { latest: version }, versions }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => server.close() };
}
