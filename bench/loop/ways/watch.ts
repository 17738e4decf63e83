import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { edit } from '../edit.ts';
import { place } from '../place.ts';
import { run } from '../run.ts';
import type { Sample } from '../sample.ts';

const BOUND_MS = 180_000;

/** Watch mode: from the save to the first answer of the new code at the gateway, `rounds` times. */
export async function watch(rounds: number): Promise<Sample[]> {
  const [file, ...args] = [...place.nx, 'run', 'deploy:dev-kind', '--only', 'product'] as [string, ...string[]];
  const child = spawn(file, args, { cwd: place.workspaceRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  try {
    for (const end = Date.now() + BOUND_MS; !output.includes('save a file and it serves'); await sleep(100)) {
      if (Date.now() > end || child.exitCode !== null) throw new Error(`watch mode does not begin:\n${output}`);
    }
    const samples: Sample[] = [];
    // The first change also starts with V8's caches empty: it is not what an edit costs.
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now();
      await edit.serves(edit.next());
      if (round > 0) samples.push({ name: 'watch mode, one edit: save → new answer', ms: performance.now() - start });
      await sleep(1500);
    }
    return samples;
  } finally {
    if (child.exitCode === null) {
      child.kill('SIGINT');
      await once(child, 'exit');
    }
    // Whatever watch mode still does: the deploy waits for it, and replaces what it has left.
    await run([...place.nx, 'run', 'product:deploy-kind', '--excludeTaskDependencies']);
  }
}
