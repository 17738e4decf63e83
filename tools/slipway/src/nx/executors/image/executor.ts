import { join } from 'node:path';
import { placeLayout } from '@slipway/oci/layout';
import { readServiceSpecs } from '../../../services/read-services.ts';
import { requireServices } from '../../../services/select-services.ts';
import { serviceNames } from '../../../services/service-roots.ts';
import { byName } from '../../../util/by-name.ts';
import { type ContainerImage, imageReference } from '../../../images/container-image.ts';
import { pushImage } from '../../../images/publish/registry/push-image.ts';
import { createDatabaseSbom, createServiceSbom } from '../../../images/image-sbom.ts';
import { assumeBuilt } from '../../../images/layers/run-build-target.ts';
import { image } from '../../../images/build/build-image.ts';
import { parseRegistry } from '../../../util/registry-address.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { replaceFile } from '../../../util/files/write-files.ts';
import { forUser } from '../shared/for-user.ts';
import { type ProjectContext, serviceOf } from '../shared/service-of.ts';

type Options = { registry?: string; json: boolean };

export function imageExecutor(
  options: Options,
  { root, ...project }: { root: string } & ProjectContext,
): Promise<{ success: boolean }> {
  return forUser(options, async () => {
    if (options.registry !== undefined) parseRegistry(options.registry);
    requireServices(serviceNames(root), [serviceOf(project)]);
    const serviceSpec = byName(await readServiceSpecs(root), serviceOf(project));
    const settings = readSettings(root);
    assumeBuilt(serviceSpec.root);
    const built = await image(settings, serviceSpec);
    // What others have put together, their tools describe.
    const sbom =
      built.npm === undefined
        ? {}
        : { sbom: await writeSbom(root, serviceSpec.name, await createServiceSbom(settings, built)) };
    const databaseSbom = serviceSpec.hasDatabase
      ? { databaseSbom: await writeSbom(root, 'postgres', await createDatabaseSbom(settings.stack)) }
      : {};
    const result =
      built.upstream !== undefined
        ? { upstream: built.upstream }
        : options.registry === undefined
          ? await store(root, serviceSpec.name, built)
          : await pushImage(built, options.registry, `${settings.stack}/${serviceSpec.name}`);
    const facts = {
      image: imageReference(built),
      digest: built.manifest.digest,
      ownLayerBytes: built.ownLayerSize,
      ...result,
      ...sbom,
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

async function writeSbom(root: string, image: string, content: object): Promise<string> {
  const file = join('dist', 'images', `${image}.cdx.json`);
  await replaceFile(join(root, file), `${JSON.stringify(content, null, 2)}\n`);
  return file;
}
