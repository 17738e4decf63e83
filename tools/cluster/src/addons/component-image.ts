import { basename, join } from 'node:path';
import { recipeKey } from '../core/cache-key.ts';
import { inWorkFolder } from '../core/work-folder.ts';
import { layoutFolder } from '../images/base/base-images.ts';
import { binaryEntries } from '../images/content/binary-entries.ts';
import { programImage } from '../images/content/program-image.ts';
import { writePackagesImage } from '../images/content/write-packages-image.ts';
import { builtFolder } from '../packages/go/build-module.ts';
import type { ProgramImage } from './component.ts';

/** The image's name in the nodes: another one when anything that it is made of changes. */
export function componentImage({ name, version, module, base, user }: ProgramImage): string {
  return `slipway.local/${name}:v${version}-${recipeKey(basename(builtFolder(module)), base?.ingredients ?? null, user ?? null)}`;
}

export async function buildComponentImage(component: ProgramImage, report: (detail: string) => void): Promise<void> {
  const { name, module, base, user } = component;
  await inWorkFolder(name, async (workFolder) => {
    const below = base ? await base.entries(join(workFolder, 'base'), report) : [];
    report('writing layers');
    const program = binaryEntries(name, join(builtFolder(module), name));
    const layers = below.length > 0 ? [below, program] : [program];
    const image = programImage(componentImage(component), [`/usr/local/bin/${name}`], layers, user);
    await writePackagesImage(layoutFolder(name), image, workFolder);
  });
}
