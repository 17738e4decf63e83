import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import type { Environment } from '../contract/resolve-environments.ts';
import { appliedFields } from '../fields/applied-fields.ts';
import { applyObject } from '../kube/apply-object.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import type { KubernetesObject } from '../manifests/kubernetes-object.ts';
import { readSecrets } from '../overlay/read-secrets.ts';
import { GENERATED, secretFiles } from '../overlay/secret-files.ts';
import { replaceFile } from '../workspace/write-files.ts';

/** Changes these values of a Secret and leaves the others. Throws KubeError. */
export async function writeSecret(api: KubeApi, stack: string, name: string, values: Environment): Promise<void> {
  const path = `/api/v1/namespaces/${stack}/secrets/${name}`;
  const live = await api.get<KubernetesObject>(path);
  if (live === undefined) throw new UserError(`the Secret ${name} has gone meanwhile. Deploy, then rotate again`);
  const [owner] = (live.metadata.ownerReferences ?? []) as { kind: string; name: string }[];
  if (owner !== undefined) {
    throw new UserError(
      `the Secret ${name} is made by ${owner.kind}/${owner.name}: rotate where that has it from (docs/deployment.md)`,
    );
  }
  const applied = appliedFields(live);
  const encoded = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const data = { ...(applied.data as Environment | undefined), ...Object.fromEntries(encoded) };
  await applyObject(api, path, { ...applied, data }, { dryRun: false });
}

/** Brings the copy in deploy/dev/generated up to date, if there is one: `kubectl apply -k` must not bring old values back. */
export async function writeLocalCopy(
  api: KubeApi,
  stack: string,
  workspaceRoot: string,
  service: string,
): Promise<void> {
  if (!existsSync(join(workspaceRoot, GENERATED, 'kustomization.yaml'))) return;
  const secrets = await readSecrets(api, stack);
  const own = [service, databaseName(service)].filter((name) => secrets[name] !== undefined);
  const files = secretFiles(service, Object.fromEntries(own.map((name) => [name, secrets[name]!])));
  for (const [path, text] of files) await replaceFile(join(workspaceRoot, path), text, 0o600);
}
