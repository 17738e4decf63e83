import { UserError } from '@slipway/util/errors';
import type { KubeApi } from '../client/kube-api.ts';
import { objectWarnings } from '../client/object-events.ts';
import { podLog } from '../client/pod-log.ts';
import { hintOf } from './hint-of.ts';
import { failingChecks, managementPort } from './failing-checks.ts';
import type { Fatal } from './terminal-failure.ts';
import type { Pod } from './pod.ts';
import { DeadlineError, type StackView } from './stack-view.ts';
import { type WorkloadId, workloadState } from './workload-state.ts';

/** How long a pod may be unready before it is asked why, ms: most are for the time of their start. */
const PATIENCE_MS = 5_000;

/** A workload that did not become ready; the message has the reason, the warnings and the last lines of the log. */
export class RolloutError extends UserError {}

/** Where a rollout is watched; it is given up after `timeoutMs`. */
export type RolloutScope = { api: KubeApi; view: StackView; stack: string; timeoutMs: number };

/**
 * Waits until the workload serves its newest revision. Fails at once on what waiting does not heal, and at the deadline;
 * the old pods keep serving either way. `progress` hears what it waits for, whenever that changes.
 */
export async function rollout(
  { api, view, stack, timeoutMs }: RolloutScope,
  workload: WorkloadId,
  progress: (waitingFor: string) => void,
): Promise<void> {
  let last = '';
  let question: NodeJS.Timeout | undefined;
  const diagnosePod = async (waitingFor: string) => {
    const saying = await readinessDetailsOf(api, stack, podNamed(view, waitingFor));
    // The answer may come when nobody waits any more.
    if (saying !== '' && waitingFor === last && question !== undefined) progress(`${waitingFor}${saying}`);
  };
  const probe = () => {
    const state = workloadState(view, workload);
    if (state.state !== 'waiting') return state;
    if (state.for !== '' && state.for !== last) {
      last = state.for;
      progress(last);
      clearTimeout(question);
      question = setTimeout(() => void diagnosePod(last), PATIENCE_MS);
    }
    return undefined;
  };
  const end = await view
    .until(probe, timeoutMs)
    .catch((error: unknown) => {
      if (error instanceof DeadlineError) return undefined;
      throw error;
    })
    .finally(() => {
      clearTimeout(question);
      question = undefined;
    });
  if (end?.state === 'ready') return;
  if (end?.state === 'fatal') throw new RolloutError(await explain(api, stack, workload.name, end.fatal));
  const pod = podNamed(view, last);
  const checks = await readinessDetailsOf(api, stack, pod);
  const fatal = {
    pod: pod?.metadata.name ?? '',
    container: last.split(' ')[0] ?? '',
    reason: `not ready after ${Math.round(timeoutMs / 1000)} s, still waiting for ${last || 'nothing it could name'}${checks}`,
  };
  throw new RolloutError(await explain(api, stack, workload.name, fatal));
}

function podNamed(view: StackView, text: string): Pod | undefined {
  return [...view.pods.values()].find(({ metadata }) => text.includes(metadata.name));
}

/** `: database: connection refused` and the like; empty when the pod has nothing to say. */
async function readinessDetailsOf(api: KubeApi, stack: string, pod: Pod | undefined): Promise<string> {
  const port = pod === undefined ? undefined : managementPort(pod);
  if (pod === undefined || port === undefined) return '';
  // One that does not answer has not said why: its events and its log do.
  const failing = await failingChecks(api, stack, pod.metadata.name, port).catch(() => []);
  return failing.map(({ name, detail }) => `: ${name}: ${detail}`).join('');
}

async function explain(
  api: KubeApi,
  stack: string,
  workload: string,
  { pod, container, reason }: Fatal,
): Promise<string> {
  const hint = hintOf(reason);
  const hintLines = hint === undefined ? [] : [`  → ${hint}`];
  if (pod === '') return [`${workload}: ${reason}`, ...hintLines].join('\n');
  const [warnings, log] = await Promise.all([objectWarnings(api, stack, pod), podLog(api, stack, { pod, container })]);
  const sections = [
    `container "${container}" of pod ${pod} ${reason}`,
    ...warnings.map((warning) => `  event  ${warning}`),
    ...(log === ''
      ? ['  it has logged nothing']
      : [`  its last log lines:`, ...log.split('\n').map((line) => `  | ${shortened(line)}`)]),
    ...hintLines,
    `  more: kubectl --context ${api.context} -n ${stack} describe pod ${pod}`,
  ];
  return sections.join('\n');
}

/** Node prints the line that threw, and a bundle is one line of a megabyte. */
const LONGEST_LINE = 400;

function shortened(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (${line.length} characters)`;
}
