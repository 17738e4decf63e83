import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import {
  CONTROL_PLANE,
  deploy,
  expectSuccess,
  keepsData,
  kubectl,
  NAMESPACE,
  nx,
  rolloutStatus,
} from '../support/stack.ts';

const FRAGMENT = 'apps/product/k8s/fragment.yaml';
const PLANTED = 'product-planted-volume';
const CLAIM = `data-${PLANTED}-0`;
const CONTROLLERS = {
  running: '/etc/kubernetes/manifests/kube-controller-manager.yaml',
  stopped: '/root/stopped.yaml',
};

/** A workload that leaves its volume alone. */
const statefulSet = (size: string) => `
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: ${PLANTED} }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: ${PLANTED} } }
  template:
    spec:
      terminationGracePeriodSeconds: 1
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: planted
          image: product
          args: [node, --eval, 'setInterval(() => {}, 1000)']
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, readOnlyRootFilesystem: true }
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${size} } } }
`;

const ANNOTATED = `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: product }
spec: { template: { metadata: { annotations: { example.com/planted: 'yes' } } } }
`;

const own = (...args: string[]) => kubectl(['-n', NAMESPACE, ...args], 150_000);
const inNode = (...command: string[]) => execFileSync('docker', ['exec', CONTROL_PLANE, ...command]);
const letClassGrow = (isAllowed: boolean) =>
  kubectl(['patch', 'storageclass', 'standard', '-p', JSON.stringify({ allowVolumeExpansion: isAllowed })]);

function startControllers(): void {
  inNode('sh', '-c', `test ! -e ${CONTROLLERS.stopped} || mv ${CONTROLLERS.stopped} ${CONTROLLERS.running}`);
}

after(async () => {
  startControllers();
  restoreFiles();
  await deploy();
  await own('delete', 'pvc', CLAIM, '--ignore-not-found');
  await letClassGrow(false);
});

test('a control plane that acts on nothing is named, and a deploy is good once it runs again (not-observed)', async () => {
  await deploy();
  inNode('mv', CONTROLLERS.running, CONTROLLERS.stopped);
  const pod = `pod/kube-controller-manager-${CONTROL_PLANE}`;
  await kubectl(['-n', 'kube-system', 'wait', '--for=delete', pod, '--timeout=60s'], 90_000);
  editFile(FRAGMENT, (text) => text + ANNOTATED);
  const broken = await nx('run', 'product:deploy-kind', '--timeout', '20', '--excludeTaskDependencies');
  assert.notEqual(broken.exitCode, 0, broken.output);
  assert.match(
    broken.output,
    /Kubernetes has not acted on the change yet[^]*→ does the control plane run\? .*-n kube-system get pods/,
  );

  // What the hint's command shows, and what follows from it.
  const pods = await kubectl(['-n', 'kube-system', 'get', 'pods']);
  assert.doesNotMatch(pods, /kube-controller-manager/);
  startControllers();
  expectSuccess(await nx('run', 'product:deploy-kind', '--excludeTaskDependencies'));
});

test(
  'a database that was emptied behind its pods is named, and the restart that the hint wants heals (migrations-missing)',
  { skip: keepsData },
  async () => {
    restoreFiles();
    await deploy();
    const sql = 'drop schema public cascade; create schema public';
    await own(
      'exec',
      'product-db-0',
      '-c',
      'postgres',
      '--',
      'psql',
      '--username=product',
      '--dbname=product',
      `--command=${sql}`,
    );
    await own('wait', '--for=condition=ready=false', 'pod', '-l', 'app.kubernetes.io/name=product', '--timeout=120s');
    const broken = await nx('run', 'product:deploy-kind', '--timeout', '20', '--excludeTaskDependencies');
    assert.notEqual(broken.exitCode, 0, broken.output);
    assert.match(broken.output, /the database lacks migrations[^]*→ .*rollout restart deployment product/);

    await own('rollout', 'restart', 'deployment', 'product');
    await rolloutStatus('deployment/product');
    expectSuccess(await nx('run', 'product:deploy-kind', '--excludeTaskDependencies'));
  },
);

test('a volume that has not grown is waited for and named (volume-growing)', async () => {
  restoreFiles();
  await letClassGrow(true);
  editFile(FRAGMENT, (text) => text + statefulSet('1Mi'));
  expectSuccess(await nx('run', 'product:deploy-kind', '--excludeTaskDependencies'));
  restoreFiles();
  editFile(FRAGMENT, (text) => text + statefulSet('2Mi'));
  const broken = await nx('run', 'product:deploy-kind', '--timeout', '20', '--excludeTaskDependencies');
  assert.notEqual(broken.exitCode, 0, broken.output);
  assert.match(
    broken.output,
    /its volume has not grown yet: PersistentVolumeClaim\/\S+ has 1Mi of 2Mi[^]*→ .*describe pvc/,
  );

  // A fake resizer: kind's provisioner has none. With it, all that was missing is time.
  await own('describe', 'pvc', CLAIM);
  const capacity = JSON.stringify({ status: { capacity: { storage: '2Mi' } } });
  await own('patch', 'pvc', CLAIM, '--subresource=status', '--type=merge', '-p', capacity);
  expectSuccess(await nx('run', 'product:deploy-kind', '--timeout', '60', '--excludeTaskDependencies'));
});
