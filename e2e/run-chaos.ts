// Every fault of docs/reliability.md, one part after the other: nx run e2e-k8s:chaos. With arguments of Playwright's, those
// that the cluster can have alone.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const workspaceRoot = join(import.meta.dirname, '..');
const scenarios = 'e2e/scenarios';

const playwright = ['playwright', 'test', '--config', 'playwright.chaos.config.ts', ...process.argv.slice(2)];
const nodeTest = (...patterns: string[]) => [
  process.execPath,
  '--test',
  '--test-concurrency=1',
  ...globSync(patterns, { cwd: workspaceRoot })
    .sort()
    .map((file) => join(workspaceRoot, file)),
];

const parts = [
  { name: 'on the cluster', argv: playwright },
  { name: 'between processes', argv: nodeTest('e2e/processes/test-chaos/*.test.ts') },
  {
    name: 'deployed, and limits reached',
    argv: nodeTest(
      `${scenarios}/broken-migration.test.ts`,
      `${scenarios}/long/{failed-rollout,memory-limit,database-disk-full}.test.ts`,
    ),
  },
];

const failed: string[] = [];
for (const { name, argv } of process.argv.length > 2 ? parts.slice(0, 1) : parts) {
  console.log(`faults ${name}`);
  if ((await run(argv)) !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`✗ faults ${failed.join(', faults ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Its exit code. A signal that asks us to end is passed on: what has injected a fault takes it out first. */
function run([program = '', ...args]: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd: import.meta.dirname });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const handlers = signals.map((signal) => {
      const passOn = () => {
        child.kill(signal);
        child.once('exit', () => process.exit(128 + constants.signals[signal]));
      };
      process.on(signal, passOn);
      return () => process.off(signal, passOn);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      for (const remove of handlers) remove();
      resolve(code ?? 1);
    });
  });
}
