import { describeState } from '../../kubernetes/rollout/describe-state.ts';
import type { Finding, FindingCode } from './stack-status.ts';

type Sentences = { [Code in FindingCode]: (finding: Extract<Finding, { code: Code }>) => string };

/** What a finding says of what it is about: `who` comes before it. */
export function describeFinding(finding: Finding): string {
  const sentence = SENTENCES[finding.code] as (finding: Finding) => string;
  return sentence(finding);
}

export const SENTENCES: Sentences = {
  'node-not-ready': () => 'the node is not ready',
  'node-pressure': ({ condition }) => `the node reports ${condition}`,
  'disk-full': ({ share }) => `its disk is ${percent(share)} full`,
  'not-deployed': () => 'not in the cluster',
  'scaled-to-zero': () => 'is scaled to 0',
  'not-ready': ({ podsReady, podsWanted, reason }) =>
    `${podsReady} of ${podsWanted} pods ready${reason === undefined ? '' : `: ${describeState(reason)}`}`,
  'code-synced': () => 'runs what a watch mode has sent it, not its image',
  'server-errors': ({ share }) => `${percent(share)} of its answers are 5xx`,
  restarted: ({ at, end }) => `started again at ${at}: ${end}`,
};

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
