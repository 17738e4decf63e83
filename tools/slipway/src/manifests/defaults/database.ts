import { logSettings } from '@slipway/embedded-postgres/log-settings';
import type { KeySpec, ServiceSpec } from '../../services/service-spec.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { COMPONENT_LABEL, labelsOf, NAME_LABEL } from '../../kubernetes/labels.ts';
import { CONTAINER_SECURITY } from './container-security.ts';
import { podDefaults } from './pod-defaults.ts';
import { databaseKey } from '../../services/database-key.ts';

/** uid and gid of Postgres; the packages-built image has a passwd entry for it, the official one makes do without. */
const POSTGRES_USER = 10070;

/** What a service's database allows, by default as many as Postgres itself. */
export function maxConnections(keys: KeySpec[]): number {
  return databaseKey(keys)?.maxConnections ?? 100;
}

/** Name of the service's StatefulSet, its Service and its Secret. */
export function databaseName(service: string): string {
  return `${service}-db`;
}

/** Name of the template of the database's volume. */
const VOLUME = 'data';

/** Name of the claim on the database's volume, which the StatefulSet leaves behind. */
export function databaseClaim(service: string): string {
  return `${VOLUME}-${databaseName(service)}-0`;
}

/** One Postgres with one volume on the cluster's default StorageClass. */
export function database(stack: string, { name: service, keys }: ServiceSpec): KubernetesObject {
  const name = databaseName(service);
  const labels = labelsOf(stack, service, name);
  const isReady = ['pg_isready', '--quiet', '--host=127.0.0.1', `--username=${service}`, `--dbname=${service}`];
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: stack, labels },
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: { [NAME_LABEL]: name } },
      template: {
        metadata: { labels: { ...labels, [COMPONENT_LABEL]: 'database' } },
        spec: {
          ...podDefaults(name, POSTGRES_USER),
          terminationGracePeriodSeconds: 60,
          containers: [
            {
              name: 'postgres',
              image: 'postgres',
              imagePullPolicy: 'IfNotPresent',
              env: [
                // Read when the volume is new, and only then: afterwards rotations change logins in the database itself.
                { name: 'POSTGRES_USER', valueFrom: { secretKeyRef: { name, key: 'POSTGRES_USER' } } },
                { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name, key: 'POSTGRES_PASSWORD' } } },
                { name: 'POSTGRES_DB', value: service },
                // A folder below the mount: initdb refuses one that holds lost+found or has a foreign owner.
                { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
              ],
              args: settings({ max_connections: maxConnections(keys), ...logSettings }),
              ports: [{ name: 'postgres', containerPort: 5432 }],
              // Recovery after a crash may take minutes: only the startup probe is patient, and it is.
              startupProbe: { exec: { command: isReady }, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 300 },
              livenessProbe: {
                tcpSocket: { port: 'postgres' },
                periodSeconds: 10,
                timeoutSeconds: 3,
                failureThreshold: 6,
              },
              readinessProbe: { exec: { command: isReady }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
              resources: {
                requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '32Mi' },
                limits: { memory: '512Mi', 'ephemeral-storage': '256Mi' },
              },
              securityContext: CONTAINER_SECURITY,
              volumeMounts: [
                { name: VOLUME, mountPath: '/var/lib/postgresql/data' },
                { name: 'run', mountPath: '/var/run/postgresql' },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          volumes: [
            { name: 'run', emptyDir: { sizeLimit: '16Mi' } },
            { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          // With its type the template equals what the API server stores: nothing to tell apart on the next run.
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: VOLUME },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  };
}

/** As arguments of the server, which win over whatever the volume's own configuration says. */
function settings(values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
