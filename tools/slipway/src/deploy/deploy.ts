/**
 * A deploy: from the services' own files to pods that are ready. `runStages` is its table of contents; every stage is a
 * file of `stages/`. What goes from stage to stage is a value; what all of them need is the DeployContext.
 */
import { InterruptedError } from '@slipway/util/interruption';
import { openPublisher } from '../images/publish/open-publisher.ts';
import { deployTarget } from '../kubernetes/client/target.ts';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { withStackView } from '../kubernetes/rollout/with-stack-view.ts';
import type { ServiceResult } from '../services/run-in-dependency-order.ts';
import { inBackground } from '../util/in-background.ts';
import { openTimeline } from '../util/timeline.ts';
import { type DeployContext, type DeployOptions, type Session, withStack } from './context/deploy-context.ts';
import { withDeployLock } from './context/deploy-lock.ts';
import { followProgress } from './report/progress.ts';
import { reportVerdict } from './stages/report-verdict.ts';
import { reportTimeline } from './timeline/report-timeline.ts';
import { applyShared } from './stages/apply.ts';
import { assembleAndBuild } from './stages/assemble-and-build.ts';
import { cleanUp } from './stages/clean-up.ts';
import { clusterProblems, inspect } from './stages/inspect.ts';
import { adopt, makePlan, refuseDrift } from './stages/plan.ts';
import { push } from './stages/push.ts';
import { readSources } from './stages/read-sources.ts';
import { rollOut } from './stages/roll-out.ts';

export type DeployResult = {
  services: ServiceResult[];
  /** The objects that the files declare for them. */
  declared: KubernetesObject[];
};

/**
 * Deploys `services`, each after those it depends on. Throws before any object of the cluster is changed when the files
 * have problems or the API server would refuse an object. The e2e tests, the last stage, run in the executor: by then
 * the lock is free.
 */
export async function deploy(session: Session, services: string[], options: DeployOptions): Promise<DeployResult> {
  const { report, describe } = followProgress(services, session.report);
  const timeline = openTimeline();
  try {
    return await withStack({ ...session, report }, options, (stack) => {
      const target = deployTarget(stack.settings.cluster, options);
      return withDeployLock(stack, () =>
        withStackView(stack, (watched) =>
          runStages({ ...watched, services, options, timeline, publisher: openPublisher(target, timeline) }),
        ),
      );
    });
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    throw new InterruptedError(error.signal, `${error.message}. ${describe()}`);
  }
}

export async function runStages(context: DeployContext): Promise<DeployResult> {
  // inspect: whose the namespace is and what earlier deploys have put into it; waits for one that is being deleted. Where
  // images cannot be sent, nothing is built.
  const [cluster] = await Promise.all([inspect(context), context.publisher.open()]);

  // assemble, build: files → manifests and sources → images, side by side. Every problem at once, before anything is written.
  const sources = await readSources(context);
  const stack = await assembleAndBuild(context, sources, clusterProblems(context, cluster, sources));

  // What cannot be built is left out from here on, with all that depends on it.
  const { leftOut } = stack;
  const rest = { ...context, services: stack.services };

  // push: images → the nodes of kind or a registry. Runs beside the plan: an image that nothing names does no harm.
  const pushing = inBackground(push(rest, stack));

  // plan: what the API server would change and what it would refuse, by dry runs. A value; nothing is changed.
  const plan = await makePlan(rest, { cluster, sources, stack });
  refuseDrift(rest, plan);
  await adopt(rest, plan);

  let services: ServiceResult[];
  try {
    await pushing;

    // apply: the objects that belong to no single service.
    await applyShared(rest, plan);

    // rollout: service by service, in dependency order: apply, then wait until its pods are ready.
    services = [...leftOut, ...(await rollOut(rest, plan))];

    // clean up: objects that the files no longer declare, images that nothing uses any more.
    await cleanUp(rest, plan, services);
  } finally {
    const specs = plan.services.map(({ spec }) => spec);
    await reportTimeline(rest, specs);
  }
  await reportVerdict(rest, services);
  return { services, declared: plan.declared };
}
