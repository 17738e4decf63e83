import { pods } from '../../support/pods.ts';
import { databaseOwners, services } from '../../support/services.ts';
import { expect, test } from '../../support/test.ts';

for (const workload of [...services, ...databaseOwners.map((owner) => `${owner}-db`)]) {
  test(`every pod of ${workload} is Running and Ready`, async () => {
    const all = await pods(workload);
    expect(all.length).toBeGreaterThan(0);
    for (const { metadata, status } of all) {
      expect(status.phase, metadata.name).toBe('Running');
      expect(
        status.containerStatuses?.map(({ ready }) => ready),
        metadata.name,
      ).toEqual([true]);
    }
  });
}
