import { stackAddress } from '../../kubernetes/client/stack-address.ts';
import { allSucceeded, type ServiceResult } from '../../services/run-in-dependency-order.ts';
import type { DeployContext } from '../context/deploy-context.ts';
import { describeResults } from '../report/describe-results.ts';

/** The last line of a deploy: how it ended, and where a stack that is up to date answers. */
export async function reportVerdict(
  { api, settings, view, report }: Pick<DeployContext, 'api' | 'settings' | 'view' | 'report'>,
  results: ServiceResult[],
): Promise<void> {
  const hasSucceeded = allSucceeded(results);
  // A stack without an address on this machine is up to date all the same.
  const address = hasSucceeded ? await stackAddress(api, settings).catch(() => undefined) : undefined;
  const at = address === undefined ? '' : `; ${address.service} at ${address.url}`;
  report.event('stack', hasSucceeded ? 'ready' : 'FAILED', `${describeResults(results, view)}${at}`);
}
