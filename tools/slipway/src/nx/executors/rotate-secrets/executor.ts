import { rotateSecrets, type RotationOptions } from '../../../operate/rotation/rotate-secrets.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { forUser } from '../shared/for-user.ts';

type Options = RotationOptions & { json: boolean };

export function rotateSecretsExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  return forUser(options, async (report, signal) => {
    await rotateSecrets({ settings: readSettings(root), report, signal }, options);
    return true;
  });
}
