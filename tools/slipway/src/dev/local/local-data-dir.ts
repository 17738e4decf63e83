import { join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { LOCAL_STATE } from '../../services/secrets/ignore-lines.ts';
import { LOCAL_DATA } from './local-secrets.ts';

/** Folder of a stack's databases and locks: `.slipway/local`, and for one with a name `.slipway/stacks/NAME`. */
export function localDataDir(workspaceRoot: string, stack: string | undefined): string {
  if (stack === undefined) return join(workspaceRoot, LOCAL_DATA);
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(stack)) {
    throw new UserError(`--stack: "${stack}" is no name for a stack`, {
      hint: 'up to 40 of a-z, 0-9 and -, e.g. --stack review',
    });
  }
  return join(workspaceRoot, LOCAL_STATE, 'stacks', stack);
}

/** What a hint's command needs to mean the same stack. */
export function stackOption(stack: string | undefined): string {
  return stack === undefined ? '' : ` --stack ${stack}`;
}
