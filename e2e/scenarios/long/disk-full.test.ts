import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { onEnd } from '../support/on-end.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { CONTROL_PLANE, deploy, kubectl, nx } from '../support/stack.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const KEPT = `${CONFIG}.kept-by-the-checks`;
const FILLER = '/var/lib/filler-of-the-checks';

const inNode = (script: string) => execFileSync('docker', ['exec', CONTROL_PLANE, 'sh', '-ec', script]);
const waitForPressure = (status: 'True' | 'False') =>
  kubectl(['wait', `node/${CONTROL_PLANE}`, `--for=condition=DiskPressure=${status}`, '--timeout=120s'], 150_000);

/** From now on 2 GiB less on the disk count as full. The hour of grace lets the node say so and evict nobody. */
function lowerThreshold(): void {
  inNode(`
    left=$(df --output=avail -k /var/lib/kubelet | tail -1)
    cp -p ${CONFIG} ${KEPT}
    echo "evictionSoft: { nodefs.available: $((left / 1048576 - 2))Gi }" >> ${CONFIG}
    echo 'evictionSoftGracePeriod: { nodefs.available: 1h }' >> ${CONFIG}
    systemctl restart kubelet`);
}

function restore(): void {
  inNode(`rm -f ${FILLER}; [ ! -e ${KEPT} ] || { mv ${KEPT} ${CONFIG}; systemctl restart kubelet; }`);
}

// Also when the runner is ended: a node must not stay full.
onEnd(restore);
after(async () => {
  restore();
  await waitForPressure('False');
  await deploy();
});

test('a node whose disk is full is found before anything is touched', async () => {
  lowerThreshold();
  // A kubelet that starts under pressure would turn its running pods away: first all of them are to be Ready again.
  await deploy();
  const before = await podIdentities();
  inNode(`fallocate -l 4G ${FILLER}`);
  await waitForPressure('True');
  const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind');
  assert.notEqual(exitCode, 0, output);
  assert.match(output, new RegExp(`node ${CONTROL_PLANE}: its disk is full`));
  assert.match(output, /docker system df/);
  assert.deepEqual(await podIdentities(), before);
});
