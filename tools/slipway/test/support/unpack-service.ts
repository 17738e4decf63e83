import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { serviceLayers } from '../../src/images/layers/service-layers.ts';
import type { ServiceSpec } from '../../src/services/service-spec.ts';

/** Lays what the service's image has above the base into `folder`, whose `app` becomes `folder` itself. */
export async function unpackService(workspaceRoot: string, serviceSpec: ServiceSpec, folder: string) {
  const layers = await serviceLayers(workspaceRoot, serviceSpec);
  mkdirSync(folder, { recursive: true });
  for (const { tar } of [layers.packages, layers.own]) {
    execFileSync('tar', ['-x', '-C', folder, '--strip-components=1'], { input: tar });
  }
  return layers;
}
