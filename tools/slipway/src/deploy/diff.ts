import { unlessAborted } from '@slipway/util/interruption';
import { claimHint, keptClaims } from '../kubernetes/apply/inventory/volume-claims.ts';
import { deployTarget } from '../kubernetes/client/target.ts';
import type { ServiceResult } from '../services/run-in-dependency-order.ts';
import { openTimeline } from '../util/timeline.ts';
import { lostLogins } from './database/lost-logins.ts';
import { type DeployOptions, type PlanContext, type Session, withStack } from './context/deploy-context.ts';
import { reportDrift, reportLostLogins, reportPlan } from './report/report-plan.ts';
import { assembleAndBuild } from './stages/assemble-and-build.ts';
import { clusterProblems, inspect } from './stages/inspect.ts';
import { allPlanned, type DeployPlan, makePlan, staleObjects } from './stages/plan.ts';
import { readSources } from './stages/read-sources.ts';

/**
 * Reports what a deploy of `services` would change in the cluster, and changes nothing there. Takes no lock. Services that
 * the deploy would leave out are no success.
 */
export async function diff(session: Session, services: string[], options: DeployOptions): Promise<ServiceResult[]> {
  return withStack(session, options, async (stack) => {
    // Refuses what a deploy would refuse.
    deployTarget(stack.settings.cluster, options);
    const context: PlanContext = { ...stack, services, options, timeline: openTimeline() };
    const { plan, leftOut, rest } = await unlessAborted(stack.signal, planOnly(context));
    await reportDiff(rest, plan);
    return [...leftOut, ...rest.services.map((service) => ({ service, status: 'success' as const, message: '' }))];
  });
}

/** The stages of a deploy as far as they change nothing in the cluster. */
async function planOnly(
  context: PlanContext,
): Promise<{ plan: DeployPlan; leftOut: ServiceResult[]; rest: PlanContext }> {
  const cluster = await inspect(context);
  const sources = await readSources(context);
  const stack = await assembleAndBuild(context, sources, clusterProblems(context, cluster, sources));
  const rest = { ...context, services: stack.services };
  return { plan: await makePlan(rest, { cluster, sources, stack }), leftOut: stack.leftOut, rest };
}

async function reportDiff(context: PlanContext, plan: DeployPlan): Promise<void> {
  const { settings, stack, api, report, options } = context;
  const planned = allPlanned(plan);
  reportDrift(planned, options.force ? 'would be reverted' : 'would be kept', report);
  const stale = staleObjects(plan);
  const claims = await keptClaims(api, stack, stale);
  const kept = claims.map((claim) => ({ claim, hint: claimHint(api, stack, claim) }));
  reportPlan(planned, { stale, kept }, report);
  const selected = plan.services.map(({ spec }) => spec);
  reportLostLogins(await lostLogins(settings.workspaceRoot, stack, selected, api), report);
}
