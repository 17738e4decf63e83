import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { cpSync, globSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestOf } from '@slipway/oci/blob';
import { writeLayout } from '@slipway/oci/layout';
import { writeTar } from '@slipway/oci/tar';
import type { SecretValue } from '@slipway/testing/secrets';
import type { KubernetesObject } from '../../src/kubernetes/kubernetes-object.ts';
import { cacheDir } from '../../src/util/workspace/cache-dir.ts';

export const STACK = 'demo';
/** What the fake cluster exposes `beta` by. */
export const NODE_PORT = 31000;

/** A text that is found wherever it goes. */
const marker = () => `marker${randomBytes(9).toString('hex')}`;

const key = (kind: string, details: object = {}) => ({ type: 'string', 'x-slipway': { kind, ...details } });
const plain = (value: string) => ({ type: 'string', default: value, 'x-slipway': { kind: 'plain', local: value } });
const PORTS = { PORT: plain('8080'), MANAGEMENT_PORT: plain('9090'), LOG_LEVEL: plain('info') };
const config = (keys: object) => `export const schema = ${JSON.stringify({ properties: { ...PORTS, ...keys } })};\n`;

/** `alpha` has a database, keys and a person's password and calls nobody; `beta` calls it. */
const FILES: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'nx.json': JSON.stringify({ plugins: [{ plugin: 'slipway', options: { namespace: STACK } }] }),
  'deploy/kind.yaml': 'kind: Cluster\nname: fake\n',
  'deploy/dev/kustomization.yaml': [
    'apiVersion: kustomize.config.k8s.io/v1beta1',
    'kind: Kustomization',
    'resources: [../base]',
    'components: [generated]',
    '',
  ].join('\n'),
  '.gitignore': '.slipway/\ndeploy/dev/generated/\napps/*/.env\n*.dump\n',
  'there.dump': 'no backup at all',
  'apps/alpha/package.json': '{ "name": "alpha", "type": "module" }',
  'apps/alpha/k8s/fragment.yaml': '# nothing\n',
  'apps/alpha/migrations/0001_first.sql': 'select 1;\n',
  'apps/alpha/src/main.ts': 'console.log("main");\n',
  'apps/alpha/src/migrate.ts': 'console.log("migrate");\n',
  'apps/alpha/src/config.ts': config({
    DATABASE_URL: key('postgres-url', { maxConnections: 60 }),
    POOL: { ...plain('5'), 'x-slipway': { kind: 'plain', isPoolSize: true } },
    TOKEN_LIFETIME_S: plain('900'),
    SIGNING_KEYS: key('key-pair', { algorithm: 'ES256', lifetime: 'TOKEN_LIFETIME_S' }),
    ADMIN_EMAIL: key('plain', { secret: true, dev: 'admin@demo.example' }),
    ADMIN_PASSWORD: key('generated-password', { length: 24 }),
    BETA_KEY: key('accepted-key', { service: 'beta' }),
    CERTIFICATE: key('plain', { secret: true, dev: 'none' }),
  }),
  'apps/beta/package.json': '{ "name": "beta", "type": "module" }',
  'apps/beta/k8s/fragment.yaml': '# nothing\n',
  'apps/beta/src/main.ts': 'console.log("main");\n',
  'apps/beta/src/config.ts': config({
    ALPHA_URL: key('service-url', { service: 'alpha' }),
    ALPHA_KEY: key('shared-key', { service: 'alpha' }),
  }),
};

/** Each kind of value, with what must not be seen of it. */
export function plantedSecrets(): { secrets: Record<string, Record<string, string>>; values: SecretValue[] } {
  const [database, admin, edge, signing, undeclared] = [marker(), marker(), marker(), marker(), marker()];
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const jwk = { kty: 'EC', crv: 'P-256', x: 'public', y: 'public', d: signing, kid: 'one', alg: 'ES256', use: 'sig' };
  return {
    secrets: {
      alpha: {
        DATABASE_URL: `postgres://alpha:${database}@alpha-db:5432/alpha`,
        SIGNING_KEYS: JSON.stringify({ keys: [jwk] }),
        ADMIN_EMAIL: 'admin@demo.example',
        ADMIN_PASSWORD: `two lines\n"${admin}" $HOME #`,
        BETA_KEY: edge,
        CERTIFICATE: pem,
        'tls.key': undeclared,
      },
      'alpha-db': { POSTGRES_USER: 'alpha', POSTGRES_PASSWORD: database },
      beta: { ALPHA_KEY: edge },
    },
    values: [
      { name: 'a database password', value: database },
      { name: 'a generated password', value: admin },
      { name: 'a shared key', value: edge },
      { name: 'a signing key', value: signing },
      { name: 'a PEM', value: pem },
      { name: 'an undeclared key', value: undeclared },
    ],
  };
}

/** The Secrets as the API server has them, in a stack of slipway's that serves. */
export function clusterObjects(secrets: Record<string, Record<string, string>>): KubernetesObject[] {
  const labels = { 'app.kubernetes.io/part-of': STACK, 'app.kubernetes.io/managed-by': 'slipway' };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'fake-control-plane' },
    status: { conditions: [{ type: 'Ready', status: 'True', message: '' }] },
  };
  return [
    node,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: STACK, labels } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'beta', namespace: STACK, labels },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: NODE_PORT }] },
    },
    ...['alpha', 'beta'].flatMap((name) => readyDeployment(name, labels)),
    ...Object.entries(secrets).map(([name, values]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: STACK, labels: { ...labels, 'slipway.dev/service': name.replace(/-db$/, '') } },
      data: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
      ),
    })),
  ];
}

/** A Deployment whose one pod is ready; what it runs with is none of its Secret's values. */
function readyDeployment(name: string, stackLabels: Record<string, string>): KubernetesObject[] {
  const labels = { ...stackLabels, 'slipway.dev/service': name, 'app.kubernetes.io/name': name };
  const annotations = { 'deployment.kubernetes.io/revision': '1' };
  const counts = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  const spec = { replicas: 1, selector: {}, template: { spec: { containers: [{ name: 'app', image: name }] } } };
  const object = (apiVersion: string, kind: string, owner: string | undefined, more: object): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: STACK,
      labels,
      annotations,
      generation: 1,
      ...(owner === undefined ? {} : { ownerReferences: [{ apiVersion, kind: owner, name, uid: name }] }),
    },
    ...more,
  });
  return [
    object('apps/v1', 'Deployment', undefined, { spec, status: counts }),
    object('apps/v1', 'ReplicaSet', 'Deployment', { spec, status: counts }),
    object('v1', 'Pod', 'ReplicaSet', { spec: {}, status: { conditions: [{ type: 'Ready', status: 'True' }] } }),
  ];
}

/** A workspace of two services in a repository of its own. */
export function makeSecretWorkspace(parent: string): string {
  const root = mkdtempSync(join(parent, 'workspace-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return root;
}

export function copyWorkspace(root: string): string {
  const copy = mkdtempSync(join(dirname(root), 'copy-'));
  cpSync(root, copy, { recursive: true });
  return copy;
}

/** kubectl comes with the cluster: a machine that never had one has none. */
export function hasKubectl(): boolean {
  return globSync('tools/*/kubectl', { cwd: cacheDir() }).length > 0;
}

/** A cache with tiny base images: what runs in them is of no interest here. */
export async function makeCache(): Promise<string> {
  const cache = mkdtempSync(join(tmpdir(), 'slipway-cache-'));
  // kubectl is the real one.
  if (hasKubectl()) symlinkSync(join(cacheDir(), 'tools'), join(cache, 'tools'));
  const layer = await writeTar([{ path: 'base', mode: 0o644, type: 'file', content: Buffer.from('base') }]);
  for (const name of ['node', 'postgres']) {
    await writeLayout(join(cache, 'images', name), {
      ref: `test/${name}:1`,
      config: { architecture: 'amd64', os: 'linux', config: { Env: ['PATH=/bin'], WorkingDir: '/' } },
      layers: [{ digest: digestOf(layer), size: layer.length, bytes: layer }],
    });
  }
  return cache;
}
