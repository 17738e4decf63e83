import { createRequire } from 'node:module';
import { join } from 'node:path';
import { workspaceRoot } from './workspace-root.ts';

const { resolve } = createRequire(join(workspaceRoot, 'package.json'));

type Argv = [string, ...string[]];

// With the Node that runs us: node_modules/.bin would meet whatever Node the machine has.
const node = (...args: string[]): Argv => [process.execPath, ...args];

export const programs = {
  node,
  nx: (...args: string[]): Argv => node(resolve('nx/bin/nx.js'), ...args),
  playwright: (...args: string[]): Argv => node(resolve('@playwright/test/cli'), ...args),
  start: (...args: string[]): Argv => node(join(workspaceRoot, 'tools/slipway/src/nx/commands/start.ts'), ...args),
  cluster: (...args: string[]): Argv => node(join(workspaceRoot, 'tools/cluster/src/main.ts'), ...args),
  kubectl: (...args: string[]): Argv => [join(workspaceRoot, 'node_modules/.bin/kubectl'), ...args],
};
