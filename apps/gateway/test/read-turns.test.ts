import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ReadTurns } from '../src/clients/read-turns.ts';
import { until } from './until.ts';

/** A stand-in for a connection: what is asked of it, in order. */
function setUp() {
  const turns = new ReadTurns();
  const paused: number[] = [];
  const resumed: number[] = [];
  let last = 0;
  /** So many connections in one turn of the event loop. */
  async function arrive(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const id = ++last;
      const socket = { pause: () => paused.push(id), resume: () => resumed.push(id) };
      turns.add(socket as unknown as Socket);
    }
    await turn();
  }
  return { arrive, paused, resumed, turns };
}

test('connections that come one by one are read from at once', async () => {
  const { arrive, paused } = setUp();
  for (let n = 0; n < 100; n++) {
    await arrive(1);
    await turn();
  }
  assert.deepEqual(paused, []);
});

test('after a costly request new connections wait for their turns', async () => {
  const { arrive, paused, resumed, turns } = setUp();
  turns.noteCost();
  await arrive(8);
  assert.equal(paused.length, 8);
  await until(() => resumed.length === 8);
});
