import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { folderContent, recipeKey } from '../../core/cache-key.ts';
import { cacheDir, goDir } from '../../core/paths.ts';
import { run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import type { GoModule } from './go-modules.ts';
import { requireGo } from './require-go.ts';
import { secondsLeft } from './seconds-left.ts';

/** The folder that holds (or will hold) a module's programs. */
export function builtFolder(module: GoModule): string {
  const key = recipeKey(module, folderContent(join(goDir, module.folder)));
  return join(cacheDir, 'go', `${module.folder}-${key}`);
}

export function isBuilt(module: GoModule): boolean {
  return existsSync(builtFolder(module));
}

/** `go build` into a temporary folder that gets its name when it is complete; Go's own cache resumes the rest. */
export async function buildModule(module: GoModule, report: Report): Promise<void> {
  await requireGo();
  const destination = builtFolder(module);
  await mkdir(dirname(destination), { recursive: true });
  await inWorkFolder('go', async (folder) => {
    const temporary = join(folder, 'bin');
    await mkdir(temporary);
    const programs = module.programs.map((program) => program.package);
    const flags = ['-trimpath', '-mod=readonly', ...(module.tags === undefined ? [] : ['-tags', module.tags])];
    const options = {
      cwd: join(goDir, module.folder),
      // A vendored or workspace setup of the user's must not leak into the recipe.
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
    };
    report('looking what is to be compiled');
    const stale = ['-deps', '-f', '{{if .Stale}}{{.ImportPath}}{{end}}', ...programs];
    const listed = await run(['go', 'list', ...flags, ...stale], {
      ...options,
      onLine: (line) => line.startsWith('go: downloading') && report(line.slice('go: '.length, 70)),
    });
    const total = listed.split('\n').filter((line) => line !== '').length;
    let compiled = 0;
    const started = Date.now();
    const showProgress = (): void => {
      const elapsed = (Date.now() - started) / 1000;
      const left = secondsLeft({ total, compiled, programs: programs.length, elapsed });
      report(`${compiled} of ${total} packages compiled`, left);
    };
    showProgress();
    await run(['go', 'build', '-v', ...flags, '-ldflags', module.ldflags, '-o', `${temporary}/`, ...programs], {
      ...options,
      onLine(line) {
        if (line.startsWith('go: ')) return;
        compiled += 1;
        showProgress();
      },
    });
    for (const program of module.programs) {
      if (program.built !== program.name) await rename(join(temporary, program.built), join(temporary, program.name));
    }
    await rename(temporary, destination);
  });
}
