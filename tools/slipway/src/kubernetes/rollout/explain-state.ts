import type { KubeApi } from '../client/kube-api.ts';
import { objectWarnings } from '../client/object-events.ts';
import { podLog } from '../client/pod-log.ts';
import { describeState } from './describe-state.ts';
import type { RolloutState } from './states.ts';

/** Node prints the line that threw, and a bundle is one line of a megabyte. */
const LONGEST_LINE = 400;

/** The state in words, with the warnings and the end of the log where it is about a pod; without its hint. */
export async function explainState(api: KubeApi, stack: string, state: RolloutState): Promise<string> {
  const { object, pod, container } = state;
  const [warnings, log] = await Promise.all([
    objectWarnings(api, stack, pod ?? object.name),
    pod === undefined || container === undefined ? undefined : podLog(api, stack, { pod, container }),
  ]);
  return [
    describeState(state),
    ...warnings.map((warning) => `  event  ${warning}`),
    ...logLines(log),
    ...(pod === undefined ? [] : [`  more: kubectl --context ${api.context} -n ${stack} describe pod ${pod}`]),
  ].join('\n');
}

function logLines(log: string | undefined): string[] {
  if (log === undefined) return [];
  if (log === '') return ['  it has logged nothing'];
  return ['  its last log lines:', ...log.split('\n').map((line) => `  | ${shortened(line)}`)];
}

function shortened(line: string): string {
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}… (${line.length} characters)`;
}
