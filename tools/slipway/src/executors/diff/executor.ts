import { readContracts } from '../../contract/read-contracts.ts';
import { deploy } from '../../pipeline/deploy.ts';
import { plainReporter } from '../../report/reporter.ts';
import { readSettings } from '../../workspace/settings.ts';
import { forUser } from '../for-user.ts';

export function diffExecutor(options: { context?: string }, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(async () => {
    const services = (await readContracts(root)).map(({ name }) => name);
    const dryRun = { ...options, timeout: 0, force: true, dryRun: true };
    for await (const _ of deploy(readSettings(root), services, dryRun, plainReporter()));
    return true;
  });
}
