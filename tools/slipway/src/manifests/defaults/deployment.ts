import { APP_USER } from '../../images/app-user.ts';
import { mainProgram } from '../../services/main-program.ts';
import { type Migration, MIGRATE_PROGRAM } from '../../services/migrate-command.ts';
import { portKeys } from '../../services/port-keys.ts';
import type { KeySpec, ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { labelsOf, NAME_LABEL } from '../../kubernetes/labels.ts';
import { CONTAINER_SECURITY } from './container-security.ts';
import { podDefaults } from './pod-defaults.ts';
import { topologySpread } from './topology-spread.ts';

/** The platform default of the Deployment: migrations first, then the app; thresholds are explained in docs/deployment.md. */
export function deployment(stack: string, serviceSpec: ServiceSpec, migration: Migration): KubernetesObject {
  const { name } = serviceSpec;
  const migrate = migrateContainer(serviceSpec, migration);
  const program = mainProgram(serviceSpec);
  const ports = portKeys(serviceSpec);
  const labels = labelsOf(stack, name, name);
  const secrets = serviceSpec.keys.filter(({ secret }) => secret);
  const container = {
    image: name,
    imagePullPolicy: 'IfNotPresent',
    envFrom: [{ configMapRef: { name } }],
    // By name, not the whole Secret: one value that no variable can hold would keep every pod from starting.
    ...(secrets.length === 0
      ? {}
      : { env: secrets.map((key) => ({ name: key.name, valueFrom: { secretKeyRef: secretKeyRef(name, key) } })) }),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
  const resources = {
    requests: { cpu: '50m', memory: '96Mi', 'ephemeral-storage': '32Mi' },
    limits: { memory: '256Mi', 'ephemeral-storage': '256Mi' },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: stack, labels },
    spec: {
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: { matchLabels: { [NAME_LABEL]: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults(name, APP_USER),
          topologySpreadConstraints: [topologySpread(name, 'kubernetes.io/hostname')],
          // Longer than preStop and SHUTDOWN_TIMEOUT_MS together.
          terminationGracePeriodSeconds: 30,
          ...(migrate === undefined
            ? {}
            : { initContainers: [{ name: 'migrate', ...container, ...migrate, resources }] }),
          // A program without a kit of ours ignores SIGTERM as process 1, which then is the pod's own.
          ...(serviceSpec.http === undefined ? {} : { shareProcessNamespace: true }),
          containers: [
            {
              name: 'app',
              ...container,
              ...(program === undefined ? {} : { args: program }),
              ports: [
                { name: 'http', containerPort: portOf(serviceSpec, ports.http) },
                ...(ports.management === undefined
                  ? []
                  : [{ name: 'management', containerPort: portOf(serviceSpec, ports.management) }]),
              ],
              startupProbe: {
                ...check(serviceSpec, 'live'),
                timeoutSeconds: 2,
                periodSeconds: 1,
                failureThreshold: 60,
              },
              livenessProbe: {
                ...check(serviceSpec, 'live'),
                timeoutSeconds: 2,
                periodSeconds: 10,
                failureThreshold: 3,
              },
              readinessProbe: {
                ...check(serviceSpec, 'ready'),
                timeoutSeconds: 2,
                periodSeconds: 2,
                failureThreshold: 2,
              },
              // Endpoints are removed while the pod already stops: it keeps serving until they are.
              lifecycle: { preStop: { sleep: { seconds: 3 } } },
              resources,
            },
          ],
          volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
        },
      },
    },
  };
}

function check({ http }: ServiceSpec, what: 'live' | 'ready') {
  if (http === undefined) return { httpGet: { path: `/healthz/${what}`, port: 'management' } };
  const port = http.management === undefined ? 'http' : 'management';
  const path = http[what];
  return path === undefined ? { tcpSocket: { port } } : { httpGet: { path, port } };
}

/** By the program that the image has for it; an image of others has what the command names. */
function migrateContainer(serviceSpec: ServiceSpec, migration: Migration) {
  if (migration === 'builtin') return { args: ['node', 'migrate.js'] };
  if (migration === 'none' || 'problem' in migration) return undefined;
  return mainProgram(serviceSpec) === undefined ? { command: migration.command } : { args: ['node', MIGRATE_PROGRAM] };
}

function portOf(serviceSpec: ServiceSpec, key: string): number {
  return Number(serviceSpec.keys.find(({ name }) => name === key)?.default);
}

function secretKeyRef(name: string, { name: key, optional }: KeySpec): object {
  return { name, key, ...(optional === true ? { optional } : {}) };
}
