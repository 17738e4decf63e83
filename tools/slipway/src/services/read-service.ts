import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ValidationError } from '../util/problems/validation-error.ts';
import { parseServiceSpec } from './parse-environment-schema.ts';
import type { ServiceSpec } from './service-spec.ts';

/**
 * Reads what the service in `root` (relative to `workspaceRoot`, e.g. `apps/order`) declares in `src/config.ts`. Throws
 * ValidationError when the file is missing, throws on import, or declares what slipway does not understand.
 */
export async function readServiceSpec(workspaceRoot: string, root: string): Promise<ServiceSpec> {
  const name = root.split('/').at(-1)!;
  const configFile = `${root}/src/config.ts`;
  const path = join(workspaceRoot, configFile);
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) {
    throw new ValidationError([
      {
        file: configFile,
        message: 'does not exist',
        hint: `${root}/k8s/fragment.yaml makes ${name} a service: write its config.ts`,
      },
    ]);
  }
  // The query makes a long-lived process (Nx's daemon, watch mode) see an edit: modules are cached by URL.
  const url = `${pathToFileURL(path).href}?${status.mtimeMs}-${status.size}`;
  const module = await import(url).catch((error: Error) => {
    throw new ValidationError([
      { file: configFile, message: `throws on import: ${error.message}`, hint: 'it must be data without side effects' },
    ]);
  });
  return parseServiceSpec({ name, root, configFile }, (module as { schema?: unknown }).schema);
}
