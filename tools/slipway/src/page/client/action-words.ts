import type { PageAction } from '../data/page-action.ts';

/** What a button says; `question`: asked first, because nothing brings back what it deletes. */
export function actionWords(action: PageAction): { name: string; doing: string; question?: string } {
  switch (action.kind) {
    case 'restart':
      return { name: `Restart ${action.service}`, doing: `Restarting ${action.service}` };
    case 'start':
      return { name: `Start ${action.service}`, doing: `Starting ${action.service}` };
    case 'stop':
      return { name: `Stop ${action.service}`, doing: `Stopping ${action.service}` };
    case 'redeploy':
      return { name: `Deploy ${action.service}`, doing: `Deploying ${action.service}` };
    case 'reset':
      return {
        name: 'Empty its database',
        doing: 'Emptying its database',
        question: `Delete all data of ${action.service}-db?`,
      };
    case 'rollback':
      return { name: `Roll back to ${action.to}`, doing: `Rolling back to ${action.to}` };
    case 'log-level':
      return { name: `Log level ${action.level}`, doing: 'Changing its log level' };
    case 'new-run':
      return { name: 'Begin a new run', doing: 'Beginning' };
    case 'seed':
      return { name: 'Seed the stack', doing: 'Seeding the stack' };
  }
}
