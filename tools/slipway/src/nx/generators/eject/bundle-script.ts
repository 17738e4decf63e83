import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOptions } from '../../../images/bundle/bundle-options.ts';
import { EJECTED } from '../../../manifests/ejected-overlay.ts';

/** The program by which an ejected workspace bundles a service, relative to the workspace. */
export const BUNDLE_SCRIPT = `${EJECTED}/bundle.mjs`;

/** Its text: the template with the conditions by which this workspace finds its libraries. */
export function bundleScript(workspaceRoot: string): string {
  const template = readFileSync(join(import.meta.dirname, 'files/bundle.mjs.template'), 'utf8');
  const { target, conditions } = bundleOptions(workspaceRoot);
  return template.replace('TARGET', JSON.stringify(target)).replace('CONDITIONS', JSON.stringify(conditions));
}
