import { posix } from 'node:path';
import type { Argv } from '@slipway/util/exec';
import { entryPath } from './build-entry.ts';
import type { ServiceSpec } from './service-spec.ts';

/** What Node runs in a service's image, in the service's folder there; undefined where the image itself says it. */
export function mainProgram({ root, build }: ServiceSpec): Argv | undefined {
  if (build === undefined) return ['node', '--enable-source-maps', 'main.js'];
  if (!('target' in build)) return undefined;
  return ['node', '--enable-source-maps', posix.relative(root, entryPath(root, build))];
}
