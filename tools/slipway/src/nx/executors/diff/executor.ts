import { readServiceSpecs } from '../../../services/read-services.ts';
import { selectServices } from '../../../services/select-services.ts';
import type { Adoption } from '../../../deploy/namespace/claim-namespace.ts';
import { diff } from '../../../deploy/diff.ts';
import { allSucceeded } from '../../../services/run-in-dependency-order.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';

type Options = Adoption & { context?: string; registry?: string; json: boolean };

export function diffExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    const services = selectServices(await readServiceSpecs(root)).map(({ name }) => name);
    const session = { settings: readSettings(root), report, signal };
    return allSucceeded(await diff(session, services, { ...options, timeout: 0, force: true }));
  });
}
