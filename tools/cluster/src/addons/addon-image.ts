import { basename, join } from 'node:path';
import { cacheKey } from '../core/cache-key.ts';
import type { Report, Step } from '../core/steps.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { layoutFolder, presentRef } from '../images/base/base-images.ts';
import { binaryEntries } from '../images/content/entries.ts';
import { programImage, writePackagesImage } from '../images/content/packages-image.ts';
import { buildModule, builtFolder, isBuilt } from '../packages/go/build-module.ts';
import type { ProgramImage } from './addon.ts';

/** The name of the image in the nodes: another one when anything changes that the image is made of. */
export function imageRef({ name, version, module, base, user }: ProgramImage): string {
  const key = cacheKey(basename(builtFolder(module)), base?.cacheKey ?? null, user ?? null);
  return `slipway.local/${name}:v${version}-${key}`;
}

/** The steps that are left to make the image; none when it is in the cache. */
export async function imageSteps(program: ProgramImage): Promise<Step[]> {
  const { name, title, module, buildEstimate } = program;
  if ((await presentRef(name)) === imageRef(program)) return [];
  const build: Step = {
    id: `go-${module.folder}`,
    title: `${name} from Go modules`,
    estimate: buildEstimate,
    run: (report) => buildModule(module, report),
  };
  return [
    ...(isBuilt(module) ? [] : [build]),
    { id: `image-${name}`, title: `image for ${title}`, estimate: 6, run: (report) => buildImage(program, report) },
  ];
}

async function buildImage(program: ProgramImage, report: Report): Promise<void> {
  const { name, module, base, user } = program;
  await inWorkFolder(name, async (workFolder) => {
    const below = base ? await base.entries(join(workFolder, 'base'), report) : [];
    report('writing layers');
    const binary = binaryEntries(name, join(builtFolder(module), name));
    const layers = below.length > 0 ? [below, binary] : [binary];
    const image = programImage(imageRef(program), [`/usr/local/bin/${name}`], layers, user);
    await writePackagesImage(layoutFolder(name), image, workFolder);
  });
}
