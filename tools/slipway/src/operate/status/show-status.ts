import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { printableJson } from '@slipway/util/printable';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { stackAddress } from '../../kubernetes/client/stack-address.ts';
import { nxCommand } from '../../kubernetes/client/target.ts';
import { openStackView } from '../../kubernetes/rollout/stack-view.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { describeFinding } from './describe-finding.ts';
import { formatStatus } from './format-status.ts';
import { gatherStatus, readWorkingTree, scrapeOnce } from './gather-status.ts';
import type { StackStatus } from './stack-status.ts';

/** Time between two scrapes: long enough for a rate, short enough to wait for, ms. */
const WINDOW_MS = 2000;
/** Cursor home and everything below it away. */
const CLEAR = '\x1b[H\x1b[J';

export type StatusOptions = {
  watch: boolean;
  /** Also say which services do not run what the working tree would deploy. */
  compare: boolean;
  json: boolean;
};

/** Prints the state of the stack, with `watch` again and again until `signal` aborts. Resolves to whether all is ready. */
export async function showStatus(
  api: KubeApi,
  settings: Settings,
  { watch, compare, json }: StatusOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { stack } = settings;
  const diff = nxCommand(settings, api.context, 'run deploy:diff');
  const isTerminal = process.stdout.isTTY === true;
  const paint = isTerminal && process.env.NO_COLOR === undefined ? styleText : undefined;
  const view = await openStackView(api, stack);
  try {
    // A stack without an address has a status all the same.
    const address = await stackAddress(api, settings).catch(() => undefined);
    // One after the other: a process that bundles does not listen, and answers would seem late.
    let tree = await readWorkingTree(settings, compare);
    let scrapes = await scrapeOnce(api, view, stack);
    while (true) {
      await sleep(WINDOW_MS, undefined, { signal }).catch(() => undefined);
      const { status, scrapes: next } = await gatherStatus({ api, view, settings, tree }, scrapes);
      const shown = address === undefined ? status : { ...status, address };
      const text = json ? printableJson(JSON.stringify(withMessages(shown))) : formatStatus(shown, paint, diff);
      process.stdout.write(`${watch && isTerminal && !json ? CLEAR : ''}${text}\n`);
      if (!watch || signal.aborted) return status.isReady;
      scrapes = next;
      tree = await readWorkingTree(settings, compare);
    }
  } finally {
    view.close();
  }
}

/** Each finding with its sentence beside its code and fields. */
function withMessages(status: StackStatus): object {
  return {
    ...status,
    findings: status.findings.map((finding) => ({ ...finding, message: describeFinding(finding) })),
  };
}
