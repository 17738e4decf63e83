import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until it holds. The time limit is for a test that fails, not a measurement. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await condition())) {
    assert.ok(performance.now() - started < 20_000, `waited in vain for ${condition}`);
    await sleep(10);
  }
}
