import { join } from 'node:path';
import { readContracts } from '../../contract/read-contracts.ts';
import { imageReference } from '../../image/container-image.ts';
import { writeImageLayout } from '../../image/write-image-layout.ts';
import { image } from '../../steps/image.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

export function imageExecutor(
  _options: object,
  { root, projectName }: { root: string; projectName?: string },
): Promise<{ success: boolean }> {
  return forUser(async () => {
    const contract = (await readContracts(root)).find(({ name }) => name === projectName);
    if (contract === undefined) throw new Error(`${projectName} is no service: it has no k8s/fragment.yaml`);
    const built = await image(readSettings(root), contract);
    const dir = join('dist', 'images', contract.name);
    await writeImageLayout(join(root, dir), built);
    console.log(
      `${imageReference(built)}\n  digest ${built.manifest.digest}\n  own layer ${(built.appLayerSize / 1e6).toFixed(2)} MB\n  OCI layout ${dir}`,
    );
    return true;
  });
}
