import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { contextOf, kubectl } from '../../src/cluster/kubectl.ts';
import { packageDir, self } from '../../src/core/paths.ts';
import { DEFAULT_RELEASE } from '../../src/core/releases.ts';
import { run } from '../../src/core/run.ts';
import { readUpstream } from './upstream.ts';

const slipwayFolder = join(packageDir, '..', 'slipway');
const schemaFile = join(slipwayFolder, 'src', 'manifests', 'schema', 'kubernetes.schema.json');

/** Writes the schema of fragments, from the sources and from what a cluster of the default release serves. */
export async function renovateSchema(cluster: string): Promise<string> {
  const version = `v${DEFAULT_RELEASE.kubernetes}`;
  await requireVersion(cluster, version);
  const { folder } = await readUpstream(DEFAULT_RELEASE.kubernetes);
  const served = await mkdtemp(join(tmpdir(), 'openapi-'));
  try {
    const { kinds } = JSON.parse(await readFile(schemaFile, 'utf8')) as { kinds: Record<string, string> };
    for (const path of openApiPaths(Object.keys(kinds))) {
      const document = await kubectl(cluster, ['get', '--raw', `/openapi/v3/${path}`]);
      await writeFile(join(served, `${path.replaceAll('/', '-')}.json`), document);
    }
    const extract = join(slipwayFolder, 'scripts', 'extract-schema.ts');
    const swagger = join(folder, 'api', 'openapi-spec', 'swagger.json');
    return (await run([process.execPath, extract, swagger, version, served])).trim();
  } finally {
    await rm(served, { recursive: true });
  }
}

/** Where the API server describes the kinds: "apps/v1 Deployment" → apis/apps/v1, "v1 Pod" → api/v1. */
export function openApiPaths(kinds: readonly string[]): string[] {
  const groups = kinds.map((kind) => kind.split(' ')[0] ?? '');
  return [...new Set(groups)].map((group) => (group.includes('/') ? `apis/${group}` : `api/${group}`)).sort();
}

async function requireVersion(cluster: string, version: string): Promise<void> {
  const other = 'SLIPWAY_CLUSTER names another cluster';
  const answer = await kubectl(cluster, ['version', '-o', 'json']).catch((cause: unknown) => {
    throw new UserError(`no cluster answers in the context ${contextOf(cluster)}`, {
      hint: `${self} up --name ${cluster}; ${other}`,
      cause,
    });
  });
  const { serverVersion } = JSON.parse(answer) as { serverVersion?: { gitVersion?: string } };
  const found = serverVersion?.gitVersion;
  if (found !== version) {
    throw new UserError(`cluster ${cluster} runs Kubernetes ${found}, not ${version}`, {
      hint: `${self} up --fresh --name ${cluster} deletes it with its volumes and makes a new one; ${other}`,
    });
  }
}
