import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { expectServing } from '../support/expect-serving.ts';
import { podIdentities } from '../support/pod-identities.ts';
import { deploy, nx } from '../support/stack.ts';
import { unfelt } from '../support/under-load.ts';

const FRAGMENT = 'apps/product/k8s/fragment.yaml';
const containers = (app: string) =>
  `\n---\napiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ name: app, ${app} }] } } }\n`;
/** What the pods of services have to have in the stack's namespace, in YAML's flow style. */
const RESTRICTED =
  'securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] }, readOnlyRootFilesystem: true }';
/** Beside the app, whose image is slipway's to choose. */
const sidecar = (image: string) =>
  `\n---\napiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: [{ name: beside, image: ${image}, ${RESTRICTED} }] } } }\n`;

const podSpec = (spec: string) =>
  `\n---\napiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { ${spec} } } }\n`;

/**
 * What a rollout cannot heal by waiting, and what it has to say. After each the fragment is fixed as the hint says, and the
 * next deploy has to work: so the hint of `code` is followed.
 */
const CASES: { code: string; fault: string; edit: () => void; says: RegExp[]; args?: string[] }[] = [
  {
    code: 'container-crashing',
    fault: 'a service that crashes on start',
    edit: () => editFile('apps/product/src/main.ts', (text) => `throw new Error('planted crash');\n${text}`),
    says: [/ended: .*exit code 1, restarted 3 times/, /planted crash/, /→ fix what its log names/],
  },
  {
    code: 'environment-refused',
    fault: 'an environment that the service refuses',
    // A value that is known in the pod alone: one of a file is refused before anything is touched.
    edit: () =>
      editFile(FRAGMENT, (text) => {
        const podName = 'valueFrom: { fieldRef: { fieldPath: metadata.name } }';
        return text + containers(`env: [{ name: LOG_LEVEL, ${podName} }]`);
      }),
    says: [/LOG_LEVEL/, /(migrate|app) in product-\S+: refuses its environment/],
  },
  {
    code: 'pods-forbidden',
    fault: 'a pod that the namespace’s policy refuses',
    edit: () => editFile(FRAGMENT, (text) => text + containers('securityContext: { allowPrivilegeEscalation: true }')),
    says: [/violates PodSecurity "restricted/],
  },
  {
    code: 'out-of-memory',
    fault: 'a service that eats more memory than it may',
    edit: () =>
      editFile('apps/product/src/main.ts', (text) => {
        const eat =
          "console.error('planted hunger');\nconst eaten = [];\nfor (;;) eaten.push(Buffer.alloc(2 ** 23, 1));";
        return `${eat}\n${text}`;
      }),
    says: [
      /ran out of memory: .*exit code 137, OOMKilled, at resources\.limits\.memory/,
      /its last log lines:\n +\| planted hunger/,
      /resources\.limits\.memory/,
    ],
  },
  {
    code: 'config-missing',
    fault: 'a key that its Secret does not have',
    edit: () =>
      editFile(FRAGMENT, (text) => {
        const reference = 'secretKeyRef: { name: product, key: NO_SUCH_KEY }';
        return text + containers(`env: [{ name: PLANTED, valueFrom: { ${reference} } }]`);
      }),
    says: [/CreateContainerConfigError: couldn't find key NO_SUCH_KEY in Secret shop\/product/, /src\/config\.ts/],
  },
  {
    code: 'container-crashing',
    fault: 'a service that its liveness probe kills again and again',
    edit: () =>
      editFile(FRAGMENT, (text) => {
        const failing = 'httpGet: null, exec: { command: [node, --eval, process.exit(1)] }, periodSeconds: 1';
        return (
          text +
          containers(
            `readinessProbe: { ${failing} }, livenessProbe: { ${failing}, failureThreshold: 1, terminationGracePeriodSeconds: 1 }`,
          )
        );
      }),
    says: [/ended: .*restarted [34] times/, /Liveness probe failed/, /its last log lines:\n +\| /],
  },
  {
    code: 'image-unavailable',
    fault: 'an image that is nowhere',
    edit: () => editFile(FRAGMENT, (text) => text + sidecar('slipway.local/nowhere:1')),
    says: [/ImagePullBackOff/],
  },
  {
    code: 'not-ready',
    fault: 'a pod that never gets ready',
    edit: () =>
      editFile(
        FRAGMENT,
        (text) =>
          text + containers('readinessProbe: { httpGet: null, exec: { command: [node, --eval, process.exit(1)] } }'),
      ),
    args: ['--timeout', '20'],
    says: [/not ready after 20 s/, /Readiness probe failed/, /its last log lines/],
  },
  {
    code: 'image-name-invalid',
    fault: 'an image whose name is none',
    edit: () => editFile(FRAGMENT, (text) => text + sidecar('"No Name"')),
    says: [/its image has an invalid name: InvalidImageName/],
  },
  {
    code: 'container-not-created',
    fault: 'a mount point that cannot be',
    edit: () =>
      editFile(FRAGMENT, (text) => text + containers('volumeMounts: [{ name: tmp, mountPath: /proc/planted }]')),
    args: ['--timeout', '90'],
    says: [/it cannot be started|ended: /, /\/proc\/planted/],
  },
  {
    code: 'unschedulable',
    fault: 'a node selector that no node has',
    edit: () => editFile(FRAGMENT, (text) => text + podSpec('nodeSelector: { disk: ssd }')),
    args: ['--timeout', '20'],
    says: [/not ready after 20 s: pod product-\S+: no node takes it: 0\/\d+ nodes are available/, /→ .*nodeSelector/],
  },
  {
    code: 'volume-not-mounted',
    fault: 'a key that its ConfigMap does not have',
    edit: () =>
      editFile(
        FRAGMENT,
        (text) =>
          text +
          podSpec(
            'volumes: [{ name: extra, configMap: { name: product, items: [{ key: nobody-has-it, path: x }] } }], containers: [{ name: app, volumeMounts: [{ name: extra, mountPath: /extra }] }]',
          ),
      ),
    args: ['--timeout', '20'],
    says: [
      /a volume cannot be mounted: FailedMount: .*non-existent config key: nobody-has-it/,
      /→ create what the message names/,
    ],
  },
];

afterEach(async () => {
  restoreFiles();
  await deploy();
});

for (const { code, fault, edit, says, args = [] } of CASES) {
  test(`the rollout says what is wrong, skips the callers, and the old pods serve everything: ${fault} (${code})`, async () => {
    await deploy();
    const before = await podIdentities();
    edit();
    await unfelt(async () => {
      const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind', ...args);
      assert.notEqual(exitCode, 0, output);
      for (const words of says) assert.match(output, words);
      assert.match(output, /order +skipped +its dependency product failed/);
    });
    const after = await podIdentities();
    assert.deepEqual(
      before.filter((pod) => !after.includes(pod)),
      [],
      'every old pod is still there',
    );
    await expectServing();
  });
}

const POD_SECURITY =
  'securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } }';

test('an init container that fails once is started again, and the deploy works', async () => {
  await deploy();
  const script =
    "const fs = require('fs'); const code = fs.existsSync('/tmp/second') ? 0 : 1; fs.writeFileSync('/tmp/second', ''); process.exit(code)";
  const init = `{ name: wait-for, image: product, args: [node, --eval, "${script}"], ${RESTRICTED}, volumeMounts: [{ name: tmp, mountPath: /tmp }] }`;
  editFile(FRAGMENT, (text) => text + podSpec(`initContainers: [${init}]`));
  await unfelt(async () => {
    const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind');
    assert.equal(exitCode, 0, output);
    assert.match(output, /wait-for in product-\S+: ended: .*exit code 1/);
  });
  await expectServing();
});

test('a Job that fails, fails its service; mended and deployed again as the hint says, it runs anew (job-failed)', async () => {
  await deploy();
  const job = (code: number) =>
    `\n---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: product-planted }\nspec: { backoffLimit: 0, template: { spec: { restartPolicy: Never, ${POD_SECURITY}, containers: [{ name: planted, image: product, args: [node, --eval, "process.exit(${code})"], ${RESTRICTED} }] } } }\n`;
  editFile(FRAGMENT, (text) => text + job(3));
  await unfelt(async () => {
    const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind');
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /planted in product-planted-\S+: failed: BackoffLimitExceeded/);
    assert.match(output, /→ fix the cause and deploy again: a deploy makes a Job that has failed anew/);
  });
  restoreFiles();
  editFile(FRAGMENT, (text) => text + job(0));
  const again = await nx('run-many', '-t', 'deploy-kind');
  assert.equal(again.exitCode, 0, again.output);
  assert.match(again.output, /Job\/product-planted is deleted and made anew: its pods end, and it runs anew/);
});
