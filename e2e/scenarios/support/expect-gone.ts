import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { kubectl, NAMESPACE } from './stack.ts';

const BOUND_MS = 120_000;

type Volume = { metadata: { name: string }; spec: { claimRef?: { namespace: string } } };

/** Nothing of the stack is left: no namespace, no volume. Volumes are deleted a while after their claims. */
export async function expectGone(): Promise<void> {
  const deadline = performance.now() + BOUND_MS;
  while (true) {
    const left = await leftovers();
    if (left.length === 0) return;
    assert.ok(performance.now() < deadline, `after ${BOUND_MS / 1000} s there is still ${left.join(', ')}`);
    await sleep(500);
  }
}

/** Without waiting: what is there now. */
export async function leftovers(): Promise<string[]> {
  const namespace = await kubectl(['get', 'namespace', NAMESPACE, '--ignore-not-found', '-o', 'name']);
  const volumes = JSON.parse(await kubectl(['get', 'persistentvolumes', '-o', 'json'])) as { items: Volume[] };
  const ours = volumes.items.filter(({ spec }) => spec.claimRef?.namespace === NAMESPACE);
  return [...(namespace === '' ? [] : [namespace.trim()]), ...ours.map(({ metadata }) => `volume ${metadata.name}`)];
}
