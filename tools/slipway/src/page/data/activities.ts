import { describeError } from '@slipway/util/errors';
import { describeAction } from './describe-action.ts';
import type { PageActivity, StackAction } from './page-action.ts';

export type Activities = {
  /** The newest first. */
  list(): PageActivity[];
  /** Does `work`, and keeps how it went; `work` is given whom to tell what it waits for. */
  record(action: StackAction, work: (note: (line: string) => void) => Promise<void>): Promise<void>;
};

const MOST_ACTIVITIES = 20;
const MOST_NOTES = 40;

/** What was asked of the stack since the page runs. `tell` is called when something is new. */
export function createActivities(tell: () => void): Activities {
  let activities: PageActivity[] = [];
  return {
    list: () => activities,
    async record(action, work) {
      const begun = Date.now();
      const activity: PageActivity = {
        at: new Date(begun).toISOString(),
        what: describeAction(action),
        outcome: 'running',
        ms: 0,
        lines: [],
      };
      activities = [activity, ...activities].slice(0, MOST_ACTIVITIES);
      const note = (line: string) => {
        activity.lines = [...activity.lines, line].slice(-MOST_NOTES);
        tell();
      };
      try {
        await work(note);
        activity.outcome = 'done';
      } catch (error) {
        activity.outcome = 'failed';
        note(describeError(error));
        throw error;
      } finally {
        activity.ms = Date.now() - begun;
      }
    },
  };
}
