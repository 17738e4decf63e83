import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { deploy, expectSuccess, kubectl, NAMESPACE, nx } from '../support/stack.ts';

const FRAGMENT = 'apps/product/k8s/fragment.yaml';
const PLANTED = 'product-planted';
const SECURED =
  'securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, readOnlyRootFilesystem: true }';
const POD =
  'securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }, terminationGracePeriodSeconds: 1';
const container = (script: string, name = 'planted') =>
  `{ name: ${name}, image: product, args: [node, --eval, "${script}"], ${SECURED} }`;
const FOR_EVER = 'setInterval(() => {}, 1000)';

/** A workload beside the service whose pods have `pod`. */
const deployment = (name: string, pod: string, spec = '') =>
  `\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${PLANTED}-${name} }\nspec: { replicas: 1, ${spec} selector: { matchLabels: { app.kubernetes.io/name: ${PLANTED}-${name} } }, template: { spec: { ${POD}, ${pod} } } }\n`;
const runs = `containers: [${container(FOR_EVER)}]`;
const job = (script: string) =>
  `\n---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${PLANTED}-job }\nspec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, ${POD}, containers: [${container(script)}] } } }\n`;
const cronJob = (script: string) =>
  `\n---\napiVersion: batch/v1\nkind: CronJob\nmetadata: { name: ${PLANTED}-cron }\nspec: { schedule: '0 3 1 1 *', jobTemplate: { spec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, ${POD}, containers: [${container(script)}] } } } } }\n`;
const claim = `\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${PLANTED}-claim }\nspec: { accessModes: [ReadWriteOnce], storageClassName: nobody-has-it, resources: { requests: { storage: 1Mi } } }\n`;

/** What is made in the cluster, outside of any fragment, for as long as the test runs. */
const IN_CLUSTER = [
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'planted' }, handler: 'nobody-has-it' },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'planted' }, value: 1 },
  {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'planted', namespace: NAMESPACE },
    spec: {
      hard: { pods: '0' },
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['planted'] }] },
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'planted' },
    webhooks: [
      {
        name: 'planted.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 1,
        clientConfig: { service: { namespace: NAMESPACE, name: 'nobody-has-it' } },
        objectSelector: { matchLabels: { 'app.kubernetes.io/name': `${PLANTED}-webhook` } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
    ],
  },
];

/** Each with what status has to say of it, and the fragment as its hint wants it; undefined: without the workload. */
const CASES: { code: string; broken: string; says: RegExp; mended: string | undefined }[] = [
  {
    code: 'scheduling-gated',
    broken: deployment('gated', `schedulingGates: [{ name: example.com/planted }], ${runs}`),
    says: /not scheduled before its scheduling gates are removed.*\n.*→ remove schedulingGates/,
    mended: deployment('gated', runs),
  },
  {
    code: 'volume-unbound',
    broken: `${claim}${deployment('unbound', `${runs}, volumes: [{ name: v, persistentVolumeClaim: { claimName: ${PLANTED}-claim } }]`)}`,
    says: /its volume is not there: PersistentVolumeClaim\/product-planted-claim: .*nobody-has-it[^]*?→ name a storage class/,
    mended: undefined,
  },
  {
    code: 'sandbox-failed',
    broken: deployment('sandbox', `runtimeClassName: planted, ${runs}`),
    says: /its network or sandbox cannot be set up: .*nobody-has-it[^]*?→ the node's network plugin or container runtime/,
    mended: deployment('sandbox', runs),
  },
  {
    code: 'starting',
    broken: deployment('starting', `initContainers: [${container('setTimeout(() => {}, 3e5)', 'slow')}], ${runs}`),
    says: /slow in product-planted-starting-\S+: starting: running/,
    mended: deployment('starting', `initContainers: [${container('process.exit(0)', 'slow')}], ${runs}`),
  },
  {
    code: 'pods-missing',
    broken: deployment('paused', runs, 'paused: true,'),
    says: /Deployment\/product-planted-paused: its pods are not complete: 0 of 1 ready/,
    mended: deployment('paused', runs),
  },
  {
    code: 'quota-exceeded',
    broken: deployment('quota', `priorityClassName: planted, ${runs}`),
    says: /pods exceed a quota: .*exceeded quota: planted.*\n.*→ .*describe resourcequota/,
    mended: deployment('quota', runs),
  },
  {
    code: 'pods-refused',
    broken: deployment('webhook', runs),
    says: /pods cannot be created at the moment: .*planted\.example\.com.*\n.*→ fix what the message names \(an admission webhook/,
    mended: deployment('webhook', runs),
  },
  {
    code: 'job-running',
    broken: job('setTimeout(() => {}, 3e5)'),
    says: /Job\/product-planted-job: has not completed: 0 of 1 completions/,
    mended: job('process.exit(0)'),
  },
  {
    code: 'run-failed',
    broken: cronJob('process.exit(3)'),
    says: /CronJob\/product-planted-cron: its newest run failed: .*BackoffLimitExceeded/,
    mended: cronJob('process.exit(0)'),
  },
];

async function inCluster(verb: 'apply' | 'delete'): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: IN_CLUSTER };
  const more = verb === 'delete' ? ['--ignore-not-found'] : [];
  await quietKubectl([verb, ...more, '-f', '-'], JSON.stringify(list));
}

after(async () => {
  restoreFiles();
  await inCluster('delete');
  await deploy();
  await kubectl(['-n', NAMESPACE, 'delete', 'pvc', `${PLANTED}-claim`, '--ignore-not-found']);
});

/** Starts a run of the CronJob and waits for its end. */
async function tryRun(name: string, condition: string): Promise<void> {
  const cron = ['-n', NAMESPACE, 'create', 'job', `--from=cronjob/${PLANTED}-cron`, name];
  await kubectl(cron);
  await kubectl(['-n', NAMESPACE, 'wait', `--for=condition=${condition}`, `job/${name}`, '--timeout=120s'], 150_000);
}

test('status tells what stands in the way of workloads side by side, and what its hints say helps', async () => {
  await deploy();
  await inCluster('apply');
  editFile(FRAGMENT, (text) => text + CASES.map(({ broken }) => broken).join(''));
  const broken = await nx('run', 'product:deploy-kind', '--timeout', '30');
  assert.notEqual(broken.exitCode, 0, broken.output);
  await tryRun(`${PLANTED}-cron-1`, 'failed');

  const { output } = await nx('run', 'deploy:status');
  const unsaid = CASES.filter(({ says }) => !says.test(output)).map(({ code }) => code);
  assert.deepEqual(unsaid, [], output);

  restoreFiles();
  await inCluster('delete');
  editFile(FRAGMENT, (text) => text + CASES.map(({ mended }) => mended ?? '').join(''));
  expectSuccess(await nx('run', 'product:deploy-kind', '--timeout', '120'));
  await tryRun(`${PLANTED}-cron-2`, 'complete');
  // It fails while anything is not ready.
  expectSuccess(await nx('run', 'deploy:status'));
});
