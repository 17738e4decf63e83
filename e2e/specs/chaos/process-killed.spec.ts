import { killProcess } from '../../support/kill-process.ts';
import { pods, restarts } from '../../support/pods.ts';
import { settled, withTwoReplicas } from '../../support/replicas.ts';
import { services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';
import { expectNone, underLoad } from '../../support/under-load.ts';

/** Until the node knows, the killed pod's address takes new connections of clients too, and nobody is there. */
const noticedMs = 3000;

withTwoReplicas();

for (const service of services) {
  test(`${service === 'order' ? '@short ' : ''}a process of ${service} is killed`, async ({ adminToken }) => {
    const before = await pods(service);
    let killedAt = NaN;
    const report = await underLoad(adminToken, async () => {
      await killProcess(before[0]!);
      killedAt = performance.now();
      const restarted = async () => restarts(await pods(service));
      await expect.poll(restarted, { timeout: 60_000 }).toBe(restarts(before) + 1);
      await settled();
    });
    // Before the gateway there is nobody who could try the other pod instead.
    const mayFail = killedAt + (service === 'gateway' ? noticedMs : 0);
    const others = report.failures.filter(({ sentAt }) => sentAt > mayFail);
    expectNone(others, report, 'requests failed that were not in flight in it');
  });
}
