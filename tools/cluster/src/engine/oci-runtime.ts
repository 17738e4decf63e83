import { join } from 'node:path';
import { requireGo } from '../go-build/require-go.ts';
import { run } from '../exec/run.ts';
import { engineStateDir, goDir } from '../paths.ts';
import { rename } from 'node:fs/promises';

/** Builds the wrapper around runc (go/oci-runtime) and answers where it is. */
export async function ociRuntime(): Promise<string> {
  await requireGo();
  const destination = join(engineStateDir, 'oci-runtime');
  const temporary = `${destination}.tmp-${process.pid}`;
  await run(['go', 'build', '-trimpath', '-ldflags', '-s -w', '-o', temporary, '.'], {
    cwd: join(goDir, 'oci-runtime'),
    env: { CGO_ENABLED: '0' },
  });
  await rename(temporary, destination);
  return destination;
}
