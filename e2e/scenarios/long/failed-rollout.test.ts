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

/** What a rollout cannot heal by waiting, and what it has to say. */
const CASES: { fault: string; edit: () => void; says: RegExp[]; args?: string[] }[] = [
  {
    fault: 'a service that crashes on start',
    edit: () => editFile('apps/product/src/main.ts', (text) => `throw new Error('planted crash');\n${text}`),
    says: [/CrashLoopBackOff|keeps ending/, /planted crash/],
  },
  {
    fault: 'an environment that the service refuses',
    edit: () => editFile(FRAGMENT, (text) => `${text}\n---\nkind: ConfigMap\ndata: { LOG_LEVEL: loud }\n`),
    says: [/LOG_LEVEL/, /container "(migrate|app)"/],
  },
  {
    fault: 'a pod that the namespace’s policy refuses',
    edit: () => editFile(FRAGMENT, (text) => text + containers('securityContext: { allowPrivilegeEscalation: true }')),
    says: [/violates PodSecurity "restricted/],
  },
  {
    fault: 'a service that eats more memory than it may',
    edit: () =>
      editFile('apps/product/src/main.ts', (text) => {
        const eat =
          "console.error('planted hunger');\nconst eaten = [];\nfor (;;) eaten.push(Buffer.alloc(2 ** 23, 1));";
        return `${eat}\n${text}`;
      }),
    says: [/exit code 137, OOMKilled/, /its last log lines:\n +\| planted hunger/, /resources\.limits\.memory/],
  },
  {
    fault: 'a key that its Secret does not have',
    edit: () =>
      editFile(FRAGMENT, (text) => {
        const reference = 'secretKeyRef: { name: product, key: NO_SUCH_KEY }';
        return text + containers(`env: [{ name: PLANTED, valueFrom: { ${reference} } }]`);
      }),
    says: [/CreateContainerConfigError: couldn't find key NO_SUCH_KEY in Secret shop\/product/, /src\/config\.ts/],
  },
  {
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
    says: [/CrashLoopBackOff|keeps ending/, /Liveness probe failed/, /its last log lines:\n +\| /],
  },
  {
    fault: 'an image that is nowhere',
    edit: () => editFile(FRAGMENT, (text) => text + containers('image: slipway.local/nowhere:1')),
    says: [/ImagePullBackOff/],
  },
  {
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
];

afterEach(async () => {
  restoreFiles();
  await deploy();
});

for (const { fault, edit, says, args = [] } of CASES) {
  test(`the rollout says what is wrong, skips the callers, and the old pods serve everything: ${fault}`, async () => {
    await deploy();
    const before = await podIdentities();
    edit();
    const { exitCode, output } = await unfelt(() => nx('run-many', '-t', 'deploy-kind', ...args));
    assert.notEqual(exitCode, 0, output);
    for (const words of says) assert.match(output, words);
    assert.match(output, /order +skipped +its dependency product failed/);
    const after = await podIdentities();
    assert.deepEqual(
      before.filter((pod) => !after.includes(pod)),
      [],
      'every old pod is still there',
    );
    await expectServing();
  });
}
