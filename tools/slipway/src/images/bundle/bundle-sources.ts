import { realpathSync } from 'node:fs';
import { migrationOf } from '../../services/migrate-command.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { buildSources, SourceBuild, type SourceBundle } from './source-build.ts';

/**
 * The service's entries bundled with all that is ours: `main.js`, `migrate.js`, what they share, source maps, the programs
 * and the data that they name by path. The same sources give the same bytes in any folder. Throws ValidationError for
 * what does not compile or would not run in an image.
 */
export function bundleSources(workspaceRoot: string, serviceSpec: ServiceSpec): Promise<SourceBundle> {
  const entries = migrationOf(workspaceRoot, serviceSpec) === 'builtin' ? ['main', 'migrate'] : ['main'];
  return buildSources(new SourceBuild(realpathSync(workspaceRoot), serviceSpec, entries));
}
