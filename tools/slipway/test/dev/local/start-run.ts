import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const script = join(import.meta.dirname, '../../../src/nx/commands/start.ts');

export type Run = {
  child: ChildProcess;
  lines: string[];
  /** Resolves with the first line, from `from` on, that matches; rejects when the run ends without one. */
  line(pattern: RegExp, from?: number): Promise<string>;
  exit: Promise<number | null>;
};

/** A safety limit, ms: a line that does not come by then never does, and the failure shows those that came. */
const LINE_LIMIT_MS = 120_000;

/** `npm start` in a workspace; `running`: where it is for as long as it runs. */
export function startRun(root: string, args: string[], running: Set<Run>): Run {
  const env = { ...process.env, npm_lifecycle_event: undefined };
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let notify = Promise.withResolvers<void>();
  let ended = false;
  const wake = () => {
    notify.resolve();
    notify = Promise.withResolvers();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      wake();
    });
  }
  const exit = once(child, 'close').then(([code]) => {
    ended = true;
    running.delete(run);
    wake();
    return code as number | null;
  });
  const run: Run = {
    child,
    lines,
    exit,
    async line(pattern, from = 0) {
      const end = Date.now() + LINE_LIMIT_MS;
      while (true) {
        const found = lines.slice(from).find((line) => pattern.test(line));
        if (found !== undefined) return found;
        assert.ok(!ended && Date.now() < end, `no line ${pattern} in:\n${lines.join('\n')}`);
        await Promise.race([notify.promise, sleep(end - Date.now(), undefined, { ref: false })]);
      }
    },
  };
  running.add(run);
  return run;
}
