import { MissingError } from '../../core/failures.ts';
import { run } from '../../core/run.ts';
import { which } from '../../core/which.ts';

const MINIMUM = [1, 24] as const;

/** Go ≥ 1.24, as the go.mod files ask for. */
export async function requireGo(): Promise<void> {
  const cure = `Cure: install Go ${MINIMUM.join('.')} or newer (https://go.dev/dl/) and put it on the PATH`;
  if (!which('go'))
    throw new MissingError(
      `no Go toolchain is on the PATH; without container registries the cluster is built from Go modules.\n${cure}`,
    );
  const version = (await run(['go', 'env', 'GOVERSION'])).trim();
  const [major = 0, minor = 0] = version.replace(/^go/, '').split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]))
    throw new MissingError(`${version} is too old.\n${cure}`);
}
