import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultsError } from '../faults/faults-error.ts';
import { parseContract } from './parse-contract.ts';
import type { ServiceContract } from './service-contract.ts';

/**
 * Reads what the service in `root` (relative to `workspaceRoot`, e.g. `apps/order`) declares in `src/config.ts`. Throws
 * FaultsError when the file is missing, throws on import, or declares what slipway does not understand.
 */
export async function readContract(workspaceRoot: string, root: string): Promise<ServiceContract> {
  const name = root.split('/').at(-1)!;
  const configFile = `${root}/src/config.ts`;
  const path = join(workspaceRoot, configFile);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) {
    throw new FaultsError([
      {
        file: configFile,
        problem: 'does not exist',
        cure: `${root}/k8s/fragment.yaml makes ${name} a service: write its config.ts`,
      },
    ]);
  }
  // The query makes a long-lived process (Nx's daemon, watch mode) see an edit: modules are cached by URL.
  const url = `${pathToFileURL(path).href}?${status.mtimeMs}-${status.size}`;
  const module = await import(url).catch((error: Error) => {
    throw new FaultsError([
      { file: configFile, problem: `throws on import: ${error.message}`, cure: 'it must be data without side effects' },
    ]);
  });
  return parseContract({ name, root, configFile }, (module as { schema?: unknown }).schema);
}
