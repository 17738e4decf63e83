import type { PageAction } from './page-action.ts';

/** An action in words: `roll back order to revision 3`. */
export function describeAction(action: PageAction): string {
  switch (action.kind) {
    case 'seed':
      return 'seed the stack';
    case 'new-run':
      return 'begin a new run';
    case 'rollback':
      return `roll back ${action.service} to revision ${action.to}`;
    case 'log-level':
      return `log level ${action.level} of ${action.service} for ten minutes`;
    case 'reset':
      return `empty the database of ${action.service}`;
    default:
      return `${action.kind} ${action.service}`;
  }
}
