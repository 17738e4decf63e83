import type { RolloutState } from '../../kubernetes/rollout/states.ts';

/** What a line is about: a step of the pipeline, or how it ended. */
export type Step =
  | 'lock'
  | 'assemble'
  | 'image'
  | 'load'
  | 'apply'
  | 'rollout'
  | 'ready'
  | 'skipped'
  | 'FAILED'
  | 'diff'
  | 'teardown'
  | 'rotate'
  | 'backup'
  | 'restore'
  | 'reset'
  | 'timing'
  | 'watch'
  | 'sync'
  | 'stop';

/** Where the steps say what they do; `who` is a service, a database or the stack; `state`: the same as data. */
export type Reporter = {
  event: (who: string, step: Step, message: string, state?: RolloutState) => void;
  /** Several lines that belong together, e.g. a failure with its log. */
  block: (who: string, step: Step, text: string, state?: RolloutState) => void;
  /** Nothing more comes. */
  end: () => void;
};
