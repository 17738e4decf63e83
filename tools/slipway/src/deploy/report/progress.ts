import type { Reporter, Step } from './reporter.ts';

/** The progress of a run, in words for the user who has interrupted it. */
export type Progress = { report: Reporter; describe: () => string };

/** Listens to what a deploy of `services` reports. */
export function followProgress(services: string[], report: Reporter): Progress {
  const steps = new Map<string, Step>();
  const seen = new Set<Step>();
  const note = (who: string, step: Step) => {
    steps.set(who, step);
    seen.add(step);
  };
  return {
    report: {
      event: (who, step, message, state) => {
        note(who, step);
        report.event(who, step, message, state);
      },
      block: (who, step, text, state) => {
        note(who, step);
        report.block(who, step, text, state);
      },
      end: report.end,
    },
    describe: () => {
      if (!seen.has('load'))
        return 'Nothing that runs in the cluster was touched. Run the same command again to start over.';
      const named = (label: string, wanted: (step: Step | undefined) => boolean) => {
        const names = services.filter((name) => wanted(steps.get(name)));
        return names.length === 0 ? [] : [`  ${label.padEnd(10)} ${names.join(', ')}`];
      };
      const rest = seen.has('reset')
        ? 'The service has no pods, and its data may be gone.'
        : 'Images that were sent stay on the nodes; running pods do not change.';
      return [
        `${rest} Run the same command again to continue.`,
        ...named('done', (step) => step === 'ready'),
        ...named('failed', (step) => step === 'FAILED' || step === 'skipped'),
        ...named('under way', (step) => step === 'apply' || step === 'rollout' || step === 'reset'),
        ...named('not begun', (step) => step === undefined || step === 'image'),
      ].join('\n');
    },
  };
}
