import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../exec/run.ts';
import { cacheDir, goDir } from '../paths.ts';
import { folderContent, recipeKey } from '../recipe-key.ts';
import { inWorkFolder } from '../work-folder.ts';
import type { GoModule } from './go-programs.ts';
import { requireGo } from './require-go.ts';

/** The folder that holds (or will hold) a module's programs. */
export function builtFolder(module: GoModule): string {
  const key = recipeKey(module, folderContent(join(goDir, module.folder)));
  return join(cacheDir, 'go', `${module.folder}-${key}`);
}

export function isBuilt(module: GoModule): boolean {
  return existsSync(builtFolder(module));
}

/** `go build` into a temporary folder that gets its name when it is complete; Go's own cache resumes the rest. */
export async function buildModule(module: GoModule, report: (detail: string) => void): Promise<void> {
  await requireGo();
  const destination = builtFolder(module);
  await mkdir(dirname(destination), { recursive: true });
  await inWorkFolder('go', async (folder) => {
    const temporary = join(folder, 'bin');
    await mkdir(temporary);
    let packages = 0;
    await run(
      [
        'go',
        'build',
        '-v',
        '-trimpath',
        '-mod=readonly',
        ...(module.tags === undefined ? [] : ['-tags', module.tags]),
        '-ldflags',
        module.ldflags,
        '-o',
        `${temporary}/`,
        ...module.programs.map((program) => program.package),
      ],
      {
        cwd: join(goDir, module.folder),
        // A vendored or workspace setup of the user's must not leak into the recipe.
        env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
        onLine: (line) =>
          report(line.startsWith('go: downloading') ? line.slice(4, 70) : `${(packages += 1)} packages compiled`),
      },
    );
    for (const program of module.programs) {
      if (program.built !== program.name) await rename(join(temporary, program.built), join(temporary, program.name));
    }
    await rename(temporary, destination);
  });
}
