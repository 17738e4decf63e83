import { readServiceSpecs } from '../../../services/read-services.ts';
import type { Adoption } from '../../../deploy/namespace/claim-namespace.ts';
import { deploy } from '../../../deploy/deploy.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../for-user.ts';

type Options = Adoption & { context?: string; registry?: string; json: boolean };

export function diffExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    const services = (await readServiceSpecs(root)).map(({ name }) => name);
    const dryRun = { ...options, timeout: 0, force: true, dryRun: true };
    await deploy(readSettings(root), services, dryRun, report, signal);
    return true;
  });
}
