import type { Reporter } from '../../deploy/report/reporter.ts';
import type { Died } from './pod-link.ts';
import type { SyncResult } from './watched-service.ts';

/**
 * Reports the result of a save: the code that serves now and the time of each stage, or why the old code still serves.
 */
export function reportSync(
  report: Reporter,
  service: string,
  { paths, savedAt }: { paths: string[]; savedAt: number },
  result: SyncResult | undefined,
): void {
  const what = paths.length > 2 ? `${paths.length} files` : paths.join(', ');
  if (result === undefined) return report.event(service, 'sync', `${what}: nothing that runs has changed`);
  const { buildMs, sendMs, outcomes, isWithdrawn } = result;
  const totalMs = Date.now() - savedAt;
  const serving = [...outcomes.values()].filter(({ status }) => status === 'serving').length;
  for (const [pod, outcome] of outcomes) {
    if (outcome.status === 'failed') {
      report.block(
        service,
        'FAILED',
        withLog(`${what}: ${outcome.reason} in ${pod}, the code before it goes on serving`, outcome.log),
      );
    }
  }
  if (serving === 0) return;
  if (isWithdrawn) {
    const all = outcomes.size;
    return report.event(
      service,
      'sync',
      `${what}: only ${serving} of ${all} pods took it, all serve the code before it`,
    );
  }
  const startMs = Math.max(
    ...[...outcomes.values()].map((outcome) => (outcome.status === 'serving' ? outcome.startMs : 0)),
  );
  const stages = `build ${ms(buildMs)}, send ${ms(sendMs - startMs)}, start ${ms(startMs)}`;
  report.event(
    service,
    'sync',
    `${what} serves in ${serving} of ${outcomes.size} pods ${ms(totalMs)} after the save (${stages})`,
  );
}

/** `memory`: the limit of the container. */
export function reportDied(
  report: Reporter,
  service: string,
  { pod, memory }: { pod: string; memory: string | undefined },
  { instead, reason, isOutOfMemory, log }: Died,
): void {
  const how = isOutOfMemory === true ? `ran out of memory, at resources.limits.memory ${memory ?? 'of its node'}` : '';
  const next = instead === undefined ? 'Kubernetes starts the container again' : 'the code before it serves again';
  report.block(service, 'FAILED', withLog(`the code in ${pod} ${how || `ended with ${reason}`}: ${next}`, log));
}

function withLog(head: string, log: string[]): string {
  return [head, ...(log.length === 0 ? ['  it has logged nothing'] : log.map((line) => `  | ${line}`))].join('\n');
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
