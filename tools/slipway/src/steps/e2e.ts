import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Folder of the Playwright project. */
const E2E = 'e2e';

/** Runs the Playwright project against the stack; its output goes straight to the terminal. True when all passed. */
export async function e2e(workspaceRoot: string, environment: Record<string, string> = {}): Promise<boolean> {
  const require = createRequire(join(workspaceRoot, 'package.json'));
  const playwright = require.resolve('@playwright/test/cli');
  const child = spawn(process.execPath, [playwright, 'test'], {
    cwd: join(workspaceRoot, E2E),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}
