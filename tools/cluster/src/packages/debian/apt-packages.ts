import { MissingError } from '../../core/failures.ts';
import { run } from '../../core/run.ts';
import { which } from '../../core/which.ts';

/** Installs Debian packages that are absent; the host's own apt configuration decides from where. */
export async function installAptPackages(packages: readonly string[], report: (detail: string) => void): Promise<void> {
  if (!which('apt-get')) {
    throw new MissingError(
      `this machine has no apt-get: install ${packages.join(', ')} (or what carries them) by its own means`,
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
