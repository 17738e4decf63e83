import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execInTerminal } from '@slipway/util/exec-in-terminal';

/** Folder of the Playwright project. */
const E2E = 'e2e';

/** Runs the Playwright project against the stack; its output goes straight to the terminal. True when all passed. */
export async function e2e(workspaceRoot: string, environment: Record<string, string> = {}): Promise<boolean> {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  const playwright = require.resolve('@playwright/test/cli');
  const options = { cwd: join(workspaceRoot, E2E), env: environment, input: 'ignore' } as const;
  return (await execInTerminal([process.execPath, playwright, 'test'], options).exitCode) === 0;
}
