import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { programs } from '@slipway/checks/programs';
import { runBounded } from '@slipway/checks/run-bounded';
import { logFile, workspaceRoot } from '@slipway/checks/workspace-root';
import { editFile, restoreFiles } from '../support/edited-files.ts';
import { expectGone } from '../support/expect-gone.ts';
import { openNodeRegistry } from '../support/node-registry.ts';
import { portForward } from '../support/port-forward.ts';
import { quietKubectl } from '../support/quiet-kubectl.ts';
import { secretOf } from '../support/secret-of.ts';
import { deploy, expectSuccess, keepsData, kubectl, NAMESPACE, nx, rolloutStatus } from '../support/stack.ts';

const SERVICES = ['user', 'product', 'order', 'gateway'];
/** Where the databases are that production has elsewhere. */
const ELSEWHERE = 'elsewhere';
const PASSWORD = crypto.randomUUID();
const MINUTE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'slipway-production-'));
const rendered = join(folder, 'shop.yaml');
let registry: Awaited<ReturnType<typeof openNodeRegistry>> | undefined;

before(async () => {
  if (keepsData === false) await deploy();
});

after(async () => {
  restoreFiles();
  registry?.close();
  if (keepsData === false) {
    await kubectl(['delete', 'namespace', ELSEWHERE, NAMESPACE, '--ignore-not-found'], 3 * MINUTE);
    await kubectl(['delete', 'priorityclass/shop-gateway', '--ignore-not-found']);
    await deploy();
  }
  rmSync(folder, { recursive: true });
});

/** One Postgres for all in a namespace of its own, of the image that the stack's have; answers its pod's address. */
async function openDatabases(): Promise<string> {
  const { spec } = JSON.parse(await kubectl(['-n', NAMESPACE, 'get', 'statefulset/order-db', '-o', 'json'])) as {
    spec: {
      template: {
        spec: { containers: object[]; volumes: object[]; serviceAccountName?: string; serviceAccount?: string };
      };
    };
  };
  const { serviceAccountName: _, serviceAccount: __, volumes, containers, ...pod } = spec.template.spec;
  const env = Object.entries({
    POSTGRES_USER: 'order',
    POSTGRES_PASSWORD: PASSWORD,
    POSTGRES_DB: 'order',
    PGDATA: '/var/lib/postgresql/data/pgdata',
  }).map(([name, value]) => ({ name, value }));
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ELSEWHERE } },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'postgres', namespace: ELSEWHERE, labels: { app: 'postgres' } },
        spec: {
          ...pod,
          volumes: [...volumes, { name: 'data', emptyDir: {} }],
          containers: containers.map((container) => ({ ...container, env })),
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'postgres', namespace: ELSEWHERE },
        spec: { selector: { app: 'postgres' }, ports: [{ port: 5432 }] },
      },
    ],
  };
  await quietKubectl(['apply', '-f', '-'], JSON.stringify(list));
  await kubectl(['-n', ELSEWHERE, 'wait', 'pod/postgres', '--for=condition=Ready', '--timeout=120s'], 3 * MINUTE);
  const psql = ['exec', 'pod/postgres', '--', 'psql', '--username=order', '--dbname=order', '--quiet'];
  await kubectl(['-n', ELSEWHERE, ...psql, '--command=create database "user"', '--command=create database product']);
  return kubectl(['-n', ELSEWHERE, 'get', 'pod/postgres', '-o', 'jsonpath={.status.podIP}']);
}

/** The Secrets that a platform brings: here with the dev stack's values, and databases elsewhere. */
async function bringSecrets(values: Record<string, Record<string, string>>): Promise<void> {
  const items = Object.entries(values).map(([name, data]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: NAMESPACE },
    stringData: {
      ...data,
      ...(data.DATABASE_URL === undefined
        ? {}
        : { DATABASE_URL: `postgres://order:${PASSWORD}@postgres.${ELSEWHERE}.svc:5432/${name}` }),
    },
  }));
  await quietKubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

test(
  'deploy/prod, rendered and applied by kubectl, serves the shop from databases elsewhere',
  { skip: keepsData },
  async () => {
    const secrets = Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, await secretOf(name)])));
    const address = await openDatabases();
    await kubectl(['delete', '-k', join(workspaceRoot, 'deploy/dev'), '--timeout=150s'], 3 * MINUTE);
    await expectGone();

    // What the documentation says to do: images into a registry, the platform's own facts into deploy/prod, render, apply.
    registry = await openNodeRegistry();
    expectSuccess(await nx('run-many', '-t', 'image', '--registry', registry.host));
    // This cluster has no Gateway API.
    editFile('deploy/prod/kustomization.yaml', (text) => text.replace('http-route.yaml # or', ''));
    const hosts = (text: string) => text.replaceAll('change-me', 'slipway');
    for (const file of ['ingress', 'gateway-from-ingress']) editFile(`deploy/prod/${file}.yaml`, hosts);
    editFile('deploy/prod/database-network.yaml', (text) => text.replace('10.20.0.0/16', `${address.trim()}/32`));
    // Eight pods with what production grants them do not fit this machine.
    editFile('deploy/prod/requests.yaml', (text) => text.replace('cpu: 250m', 'cpu: 20m'));
    expectSuccess(await nx('run', 'deploy:render', '--overlay', 'prod', '--registry', registry.host, '--to', rendered));
    assert.doesNotMatch(readFileSync(rendered, 'utf8'), /kind: (Secret|StatefulSet)|NodePort/);

    await kubectl(['create', 'namespace', NAMESPACE]);
    await bringSecrets(secrets);
    await kubectl(['apply', '-f', rendered], 2 * MINUTE);
    for (const service of SERVICES) await rolloutStatus(`deployment/${service}`);
    const images = await kubectl([
      ...['-n', NAMESPACE, 'get', 'pods', '-o'],
      'jsonpath={range .items[*]}{.spec.containers[0].image}{"\\n"}{end}',
    ]);
    for (const image of images.trim().split('\n'))
      assert.match(image, /^127\.0\.0\.1:\d+\/shop\/\w+@sha256:[0-9a-f]{64}$/);

    const gateway = await portForward('service/gateway', 80);
    try {
      const { ADMIN_EMAIL = '', ADMIN_PASSWORD = '' } = secrets.user!;
      const e2e = await runBounded(
        programs.playwright(
          'test',
          '--config=e2e',
          '--project=api',
          '--grep-invert=/docs is a page',
          '--reporter=line',
        ),
        {
          boundMs: 5 * MINUTE,
          logFile: logFile('production-e2e.log'),
          env: { GATEWAY_URL: gateway.url, ADMIN_EMAIL, ADMIN_PASSWORD },
        },
      );
      expectSuccess(e2e);
      assert.equal((await fetch(`${gateway.url}/docs`)).status, 404, 'no page to try calls on, unless asked for');
    } finally {
      gateway.close();
    }
  },
);
