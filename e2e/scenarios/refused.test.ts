import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from './support/edited-files.ts';
import { fileFaults } from './support/file-faults.ts';
import { podIdentities } from './support/pod-identities.ts';
import { deploy, nx } from './support/stack.ts';

const FRAGMENT = 'apps/product/k8s/fragment.yaml';
const plant = (yaml: string) => editFile(FRAGMENT, (text) => `${text}\n---\n${yaml}`);

/** What a deploy refuses before it touches anything, and what it has to say. */
const CASES: { fault: string; edit: () => void; says: RegExp[]; args?: string[] }[] = [
  {
    fault: 'a larger volume of a class that does not grow',
    edit: () =>
      plant(`apiVersion: apps/v1
kind: StatefulSet
spec:
  volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 2Gi } } }
`),
    says: [/StatefulSet\/product-db/, /must support resize/, /grows only where its class allows it/],
  },
  {
    fault: 'an edited migration that was applied',
    edit: () => editFile('apps/product/migrations/0001_products.sql', (text) => `${text}\n-- edited\n`),
    says: [/0001_products\.sql/, /was edited after it was applied/, /write a new migration/],
  },
  {
    fault: 'every fault of the files, in one list',
    edit: () => fileFaults.forEach(({ edit }) => edit()),
    says: fileFaults.map(({ says }) => says),
  },
  {
    fault: 'a node port that is taken',
    edit: () => {
      const patch = 'deploy/dev/gateway-node-port.yaml';
      const second = (text: string) => text.replace('name: gateway', 'name: user');
      editFile('deploy/dev/planted-node-port.yaml', () => second(readFileSync(join(workspaceRoot, patch), 'utf8')));
      editFile('deploy/dev/kustomization.yaml', (text) => `${text}  - path: planted-node-port.yaml\n`);
    },
    says: [/Service\/user/, /provided port is already allocated/],
  },
  {
    fault: 'a source that does not compile',
    edit: () => editFile('apps/product/src/main.ts', (text) => `${text}\nconst = 1;\n`),
    says: [/apps\/product\/src\/main\.ts:\d+/, /mend the source/],
  },
  {
    fault: 'a context that does not exist',
    edit: () => undefined,
    args: ['--context', 'nowhere'],
    says: [/no context "nowhere"/],
  },
];

before(deploy);
afterEach(restoreFiles);
// What was assembled from the planted fragment must not stay in the working tree.
after(() => nx('run', 'deploy:assemble-base'));

for (const { fault, edit, says, args = [] } of CASES) {
  test(`refused before anything is touched: ${fault}`, async () => {
    const pods = await podIdentities();
    edit();
    const { exitCode, output } = await nx('run-many', '-t', 'deploy-kind', ...args);
    assert.notEqual(exitCode, 0, output);
    for (const words of says) assert.match(output, words);
    assert.doesNotMatch(output, /\n\s+at .*\(file:/, 'no stack trace');
    assert.deepEqual(await podIdentities(), pods);
  });
}
