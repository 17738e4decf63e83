import { join } from 'node:path';

/** Where `npm start` puts the lines of each service, below the workspace. */
export const LOCAL_LOGS = '.slipway/logs';
/** The same for a stack that is thrown away: it may run beside another. */
export const EPHEMERAL_LOGS = '.slipway/logs/ephemeral';

/** The same for a stack with a name, and for the one without. */
export function localLogFolder(stack: string | undefined): string {
  return stack === undefined ? LOCAL_LOGS : `${LOCAL_LOGS}/stacks/${stack}`;
}

/** The log file of a service, and the one before it. */
export type LogFile = { current: string; previous: string };

export function localLogFile(workspaceRoot: string, folder: string, service: string): LogFile {
  const path = join(workspaceRoot, folder, service);
  return { current: `${path}.log`, previous: `${path}.previous.log` };
}
