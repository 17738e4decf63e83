import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execInTerminal } from '@slipway/util/exec-in-terminal';
import { stackEnvironment } from '../context/stack-environment.ts';

/** Folder of the Playwright project. */
const E2E = 'e2e';

/** Runs the Playwright project against the stack that was deployed to `context`. True when all passed. */
export async function e2e(workspaceRoot: string, context?: string): Promise<boolean> {
  const playwright = createRequire(join(workspaceRoot, 'package.json')).resolve('@playwright/test/cli');
  const env = await stackEnvironment(workspaceRoot, context);
  const options = { cwd: join(workspaceRoot, E2E), env, input: 'ignore' } as const;
  return (await execInTerminal([process.execPath, playwright, 'test'], options).exitCode) === 0;
}
