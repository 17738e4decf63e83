import { resolve } from 'node:path';
import { readServiceSpecs } from '../../../services/read-services.ts';
import { selectServices } from '../../../services/select-services.ts';
import { externalSecret, secretRemark, type SecretStore } from '../../../manifests/external-secret.ts';
import { yamlText } from '../../../manifests/overlay/yaml-text.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { replaceFile } from '../../../util/files/write-files.ts';
import { forUser } from '../shared/for-user.ts';

type Options = { store: string; storeKind: SecretStore['kind']; service?: string; to?: string };

export function externalSecretsExecutor(
  { store, storeKind, service, to }: Options,
  { root, cwd }: { root: string; cwd: string },
): Promise<{ success: boolean }> {
  return forUser({}, async () => {
    const selected = selectServices(await readServiceSpecs(root), service === undefined ? undefined : [service]);
    const documents = selected.flatMap((serviceSpec) => {
      const object = externalSecret(readSettings(root).stack, serviceSpec, { name: store, kind: storeKind });
      if (object === undefined) return [];
      const secrets = serviceSpec.keys.filter(({ secret }) => secret);
      const remarks = secrets.map((key) => `# ${key.name}: ${secretRemark(key)}\n`);
      return [`${remarks.join('')}${yamlText(object)}`];
    });
    const yaml = documents.join('---\n');
    if (to === undefined) process.stdout.write(yaml);
    else await replaceFile(resolve(cwd, to), yaml);
    return true;
  });
}
