import { type ObjectId, STACK } from '../../kubernetes/apply/inventory/inventory.ts';
import { prune } from '../../kubernetes/apply/inventory/prune.ts';
import { claimHint, keptClaims, labelClaims, VOLUME_CLAIM } from '../../kubernetes/apply/inventory/volume-claims.ts';
import type { StackContext } from '../context/deploy-context.ts';

/** Removes what the files no longer declare, and reports it and the volumes that stay. `owner`: a service or STACK. */
export async function pruneAndReport(
  { api, stack, report }: Pick<StackContext, 'api' | 'stack' | 'report'>,
  owner: string,
  orphaned: ObjectId[],
): Promise<void> {
  const who = owner === STACK ? 'stack' : owner;
  const kept = await keptClaims(api, stack, orphaned);
  await labelClaims(api, stack, kept);
  for (const { kind, name } of await prune(api, owner, orphaned)) report.event(who, 'apply', `${kind}/${name} pruned`);
  for (const claim of kept)
    report.event(who, 'apply', `${VOLUME_CLAIM}/${claim} kept: ${claimHint(api, stack, claim)}`);
}
