import { missingError } from '../../core/errors.ts';
import { run } from '../../core/run.ts';
import type { Report } from '../../core/steps.ts';
import { which } from '../../core/which.ts';

/** Installs Debian packages that are absent; the apt configuration of this machine decides from where. */
export async function installAptPackages(packages: readonly string[], report: Report): Promise<void> {
  if (!which('apt-get')) {
    throw missingError(
      `this machine has no apt-get to install ${packages.join(', ')} with`,
      'install these packages, or those that contain them, with the package manager of this machine',
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  report('apt-get update');
  await run(['apt-get', 'update', '-q', ...lock], { env });
  await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...lock, ...packages], {
    env,
    onLine: (line) => report(line.slice(0, 60)),
  });
}
