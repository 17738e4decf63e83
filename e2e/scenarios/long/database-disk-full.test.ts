import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { moveToSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { deploy, nx } from '../support/stack.ts';
import { underLoad } from '../support/under-load.ts';

const boundMs = 120_000;

let disk: SmallDisk | undefined;
before(deploy);
after(async () => {
  await disk?.remove();
  await deploy();
});

test('a database whose disk is full is named with it by the status, its service refuses, and nothing is lost', async (t) => {
  disk = await moveToSmallDisk('product-db', 24);
  const { report } = await underLoad(async () => {
    await disk?.fill();
    const deadline = Date.now() + boundMs;
    let status = await nx('run', 'deploy:status');
    while (!/No space left on device/.test(status.output) && Date.now() < deadline)
      status = await nx('run', 'deploy:status');
    t.diagnostic(status.output);
    disk?.free();
    await sleep(20_000);
    assert.match(status.output, /No space left on device/);
    assert.notEqual(status.exitCode, 0, status.output);
  });
  const failures = Map.groupBy(report.failures, ({ status, name }) => `${status} ${name}`);
  t.diagnostic(
    `${report.sent} requests; ${[...failures].map(([what, { length }]) => `${length} × ${what}`).join(', ')}`,
  );
  assert.ok(report.failures.length > 0, 'it was felt');
});
