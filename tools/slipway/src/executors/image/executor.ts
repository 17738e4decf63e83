import { join } from 'node:path';
import { placeLayout } from '@slipway/oci/layout';
import { UserError } from '@slipway/util/errors';
import { readContracts } from '../../contract/read-contracts.ts';
import { type ContainerImage, imageReference } from '../../image/container-image.ts';
import { pushImage } from '../../registry/push-image.ts';
import { bill, databaseBill } from '../../steps/bill.ts';
import { image } from '../../steps/image.ts';
import { readSettings } from '../../workspace/settings.ts';
import { replaceFile } from '../../workspace/write-files.ts';
import { forUser } from '../for-user.ts';

type Options = { registry?: string; json: boolean };

export function imageExecutor(
  options: Options,
  { root, projectName }: { root: string; projectName?: string },
): Promise<{ success: boolean }> {
  return forUser(options, async () => {
    const contract = (await readContracts(root)).find(({ name }) => name === projectName);
    if (contract === undefined) throw new UserError(`${projectName} is no service: it has no k8s/fragment.yaml`);
    const settings = readSettings(root);
    const built = await image(settings, contract);
    const sbom = await writeBill(root, contract.name, await bill(settings, built));
    const databaseSbom = contract.hasDatabase
      ? { databaseSbom: await writeBill(root, 'postgres', await databaseBill(settings.stack)) }
      : {};
    const result =
      options.registry === undefined
        ? await store(root, contract.name, built)
        : await pushImage(built, options.registry, `${settings.stack}/${contract.name}`);
    const facts = {
      image: imageReference(built),
      digest: built.manifest.digest,
      ownLayerBytes: built.ownLayerSize,
      ...result,
      sbom,
      ...databaseSbom,
    };
    if (options.json) console.log(JSON.stringify(facts));
    else for (const [fact, value] of Object.entries(facts)) console.log(`${fact.padEnd(14)} ${value}`);
    return true;
  });
}

async function store(root: string, service: string, image: ContainerImage): Promise<{ layout: string }> {
  const layout = join('dist', 'images', service);
  await placeLayout(join(root, layout), imageReference(image), image.manifest, image.blobs);
  return { layout };
}

async function writeBill(root: string, image: string, content: object): Promise<string> {
  const file = join('dist', 'images', `${image}.cdx.json`);
  await replaceFile(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
  return file;
}
