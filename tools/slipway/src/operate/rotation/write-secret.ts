import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import type { Environment } from '../../services/resolve-environments.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { appliedFields } from '../../kubernetes/apply/managed-fields/applied-fields.ts';
import { applyObject } from '../../kubernetes/apply/apply-object.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { clusterSecrets, usable } from '../../manifests/overlay/declared-secrets.ts';
import { readSecrets } from '../../manifests/overlay/read-secrets.ts';
import { GENERATED } from '../../services/secrets/generated-folder.ts';
import { databaseSecret, secretFiles } from '../../manifests/overlay/secret-files.ts';
import { PRIVATE, replaceFile } from '../../util/files/write-files.ts';
import { isObject } from '../../util/json-object.ts';
import { known } from '../../util/known.ts';

/** Changes these values of a Secret and leaves the others. Throws KubeError. */
export async function writeSecret(api: KubeApi, stack: string, name: string, values: Environment): Promise<void> {
  const path = `/api/v1/namespaces/${stack}/secrets/${name}`;
  const live = await api.get<KubernetesObject>(path);
  if (live === undefined) throw new UserError(`the Secret ${name} has gone meanwhile. Deploy, then rotate again`);
  const [owner] = live.metadata.ownerReferences ?? [];
  if (owner !== undefined) {
    throw new UserError(
      `the Secret ${name} is made by ${owner.kind}/${owner.name}: rotate where that has it from (docs/secrets.md)`,
    );
  }
  const applied = appliedFields(live);
  const encoded = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const data = { ...(isObject(applied.data) ? applied.data : {}), ...Object.fromEntries(encoded) };
  await applyObject(api, path, { ...applied, data }, { dryRun: false });
}

/** Brings the copy in deploy/dev/generated up to date, if there is one: `kubectl apply -k` must not bring old values back. */
export async function writeLocalCopy(
  api: KubeApi,
  stack: string,
  workspaceRoot: string,
  serviceSpec: ServiceSpec,
): Promise<void> {
  if (!hasLocalCopy(workspaceRoot)) return;
  const { name } = serviceSpec;
  const secrets = await readSecrets(api, stack);
  const { environments, databases } = usable(clusterSecrets([serviceSpec], secrets, { context: api.context, stack }));
  const database = databases[name];
  const held = {
    [name]: known(environments, name),
    ...(database === undefined ? {} : { [databaseName(name)]: databaseSecret(database) }),
  };
  for (const [path, text] of secretFiles(stack, name, held))
    await replaceFile(join(workspaceRoot, path), text, PRIVATE);
}

/** Whether secrets were written here before. */
export function hasLocalCopy(workspaceRoot: string): boolean {
  return existsSync(join(workspaceRoot, GENERATED, 'kustomization.yaml'));
}
