import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheKey, folderContent } from '../../core/cache-key.ts';
import { missingError } from '../../core/errors.ts';
import { cacheDir, goDir } from '../../core/paths.ts';
import { run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { which } from '../../core/which.ts';
import { inWorkFolder } from '../../core/work-folder.ts';
import { type GoModule, moduleFlags } from './go-modules.ts';
import { secondsLeft } from './seconds-left.ts';

/** The folder of a module's programs, whether they are built or not. */
export function builtFolder(module: GoModule): string {
  const key = cacheKey(module, sourcesOf(module));
  return join(cacheDir, 'go', `${moduleName(module)}-${key}`);
}

/** As caches and progress name the module: kubernetes-1.37 */
export function moduleName({ folder, goMod }: GoModule): string {
  return goMod === undefined ? folder : `${folder}-${basename(goMod, '.mod')}`;
}

/** The files of a module, without the versions of its other releases. */
export function sourcesOf({ folder, goMod = 'go.mod' }: GoModule): Array<[path: string, text: string]> {
  const versions = [goMod, goMod.replace(/mod$/, 'sum')];
  return folderContent(join(goDir, folder)).filter(
    ([path]) => !/\.(mod|sum)$/.test(path) || versions.includes(basename(path)),
  );
}

/** The file that names the versions of the module. */
export function goModFile({ folder, goMod = 'go.mod' }: Pick<GoModule, 'folder' | 'goMod'>): string {
  return join(goDir, folder, goMod);
}

export function isBuilt(module: GoModule): boolean {
  return existsSync(builtFolder(module));
}

/** `go build` into a temporary folder that gets its name when it is complete; the rest is resumed by Go's own cache. */
export async function buildModule(module: GoModule, report: Report): Promise<void> {
  await requireGo(module);
  const destination = builtFolder(module);
  await mkdir(dirname(destination), { recursive: true });
  await inWorkFolder('go', async (folder) => {
    const temporary = join(folder, 'bin');
    await mkdir(temporary);
    const programs = module.programs.map((program) => program.package);
    const flags = ['-trimpath', ...moduleFlags(module), ...(module.tags === undefined ? [] : ['-tags', module.tags])];
    const options = {
      cwd: join(goDir, module.folder),
      // Not the user's vendored or workspace set-up.
      env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
    };
    report('listing the packages to compile');
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

async function requireGo(module: GoModule): Promise<void> {
  const [minimumMajor, minimumMinor] = minimumGo(readFileSync(goModFile(module), 'utf8'));
  const hint = `install Go ${minimumMajor}.${minimumMinor} or newer (https://go.dev/dl/) and put it on the PATH`;
  if (!which('go')) {
    throw missingError('building the cluster from Go modules needs Go, and no go is on the PATH', hint);
  }
  const version = (await run(['go', 'env', 'GOVERSION'])).trim();
  const [major = 0, minor = 0] = version.replace(/^go/, '').split('.').map(Number);
  if (major < minimumMajor || (major === minimumMajor && minor < minimumMinor)) {
    throw missingError(`${version} is too old to build the cluster from Go modules`, hint);
  }
}

/** The line `go 1.26.0` of a go.mod as [1, 26]. */
export function minimumGo(goMod: string): [major: number, minor: number] {
  const [, major, minor] = /^go (\d+)\.(\d+)/m.exec(goMod) ?? [];
  return [Number(major ?? 1), Number(minor ?? 0)];
}
