import { join } from 'node:path';
import { cacheDir } from '../../core/paths.ts';
import { VERSIONS } from '../../core/versions.ts';

/** The shims under bin/ look in the same places. */
export const kubectlBinary = join(cacheDir, 'tools', `v${VERSIONS.kubernetes}`, 'kubectl');
export const promtoolBinary = join(cacheDir, 'tools', `v${VERSIONS.prometheus}`, 'promtool');
export const kindBinary = join(cacheDir, 'tools', `v${VERSIONS.kind}`, 'kind');
