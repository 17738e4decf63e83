/**
 * Loaded into every test file by `--import`: ends the file's process when it has run for TEST_FILE_LIMIT seconds, and
 * says which file it was and what kept it. node:test's own timeout ends tests, not what a test has left open.
 */
import { writeSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';

const STDERR = 2;
/** How much longer a process has that does not come round to its own timer, ms. */
const GRACE_MS = 5_000;

const limit = Number(process.env.TEST_FILE_LIMIT ?? 300);
if (isMainThread) watch(process.argv[1] ?? 'a test file', limit * 1000);

function watch(file: string, limitMs: number): void {
  setTimeout(() => {
    const open = Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (name) => name));
    const list = open.map(([name, all]) => (all!.length === 1 ? name : `${all!.length} ${name}`)).join(', ');
    writeSync(STDERR, `${file} did not end within ${limit} s; still open: ${list || 'nothing that Node knows of'}\n`);
    process.exit(1);
  }, limitMs).unref();
  // A loop that never ends keeps the timer above from firing.
  new Worker(
    `setTimeout(() => {
       require('node:fs').writeSync(${STDERR}, ${JSON.stringify(`${file} did not end within ${limit} s: a loop keeps it busy\n`)});
       process.kill(process.pid, 'SIGKILL');
     }, ${limitMs + GRACE_MS})`,
    { eval: true, execArgv: [], stdin: false },
  ).unref();
}
