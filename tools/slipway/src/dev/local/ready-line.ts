import type { LocalService } from './local-service.ts';

/** What is said of a service that serves. `seconds`: since what made it start. */
export function readyLine({ name, url }: LocalService, seconds: string, edits: string[], isRestart: boolean): string {
  const others = edits.length > 1 ? ` and ${edits.length - 1} more` : '';
  const why = edits.length === 0 ? '' : `, after an edit of ${edits[0]}${others}`;
  return isRestart ? `${name} restarted in ${seconds} s${why}` : `${name} ${url} (ready after ${seconds} s${why})`;
}
