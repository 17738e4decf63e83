import type { DevBuild } from './dev-bundler.ts';
import type { PodLink } from './pod-link.ts';
import type { Outcome } from './pod/protocol.ts';

type Runner = Pick<PodLink, 'run'>;

/**
 * Lets every pod run `fresh`, or none: where one of them cannot, the others go back to `previous`. Answers what became of
 * it pod by pod.
 */
export async function runEverywhere(
  links: Map<string, Runner>,
  fresh: DevBuild,
  previous: DevBuild | undefined,
): Promise<{ outcomes: Map<string, Outcome>; isWithdrawn: boolean }> {
  const ran = await Promise.all([...links].map(async ([pod, link]) => [pod, link, await link.run(fresh)] as const));
  const serving = ran.filter(([, , { status }]) => status === 'serving');
  const isWithdrawn = serving.length > 0 && serving.length < ran.length && previous !== undefined;
  if (isWithdrawn) await Promise.all(serving.map(([, link]) => link.run(previous)));
  return { outcomes: new Map(ran.map(([pod, , outcome]) => [pod, outcome])), isWithdrawn };
}
