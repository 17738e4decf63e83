/**
 * Stages a fault in the stack of a kind cluster, for the page to name:
 *   node tools/slipway/test/page/stage-fault.ts FAULT [SERVICE] [--context kind-NAME] [--namespace NAME]
 * A deploy mends all of them: npx nx run-many -t deploy-kind.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** Not `privileged`: beside what slipway declares, the API server refuses that in the Deployment already. */
const POLICY = { securityContext: { allowPrivilegeEscalation: true } };
const image = (name: string) => ({ image: name });
const app = (change: object) => ({ spec: { template: { spec: { containers: [{ name: 'app', ...change }] } } } });

/** Of kubectl, after the context and the namespace. */
const FAULTS: Record<string, (service: string) => string[]> = {
  'service-down': (service) => ['scale', `deployment/${service}`, '--replicas=0'],
  'database-down': (service) => ['scale', `statefulset/${service}-db`, '--replicas=0'],
  'failing-readiness': (service) =>
    patch(service, app({ readinessProbe: { httpGet: { path: '/nowhere', port: 'management' } } })),
  'crash-loop': (service) => patch(service, app({ command: ['node', '-e', 'throw new Error("staged")'] })),
  'out-of-memory': (service) =>
    patch(service, app({ resources: { requests: { memory: '16Mi' }, limits: { memory: '16Mi' } } })),
  'image-missing': (service) => patch(service, app(image('slipway.invalid/none:1'))),
  'refused-by-policy': (service) => patch(service, app(POLICY)),
  'wrong-secret': (service) => [
    'exec',
    `statefulset/${service}-db`,
    '--',
    'sh',
    '-c',
    `psql -U "$POSTGRES_USER" -d postgres -c "alter role ${service} password 'another'"`,
  ],
  lock: (service) =>
    hold(service, 'begin; lock table schema_migrations in access exclusive mode; select pg_sleep(120)'),
  'slow-query': (service) => hold(service, 'select pg_sleep(120)'),
};

function patch(service: string, change: object): string[] {
  return ['patch', `deployment/${service}`, '--type=strategic', `--patch=${JSON.stringify(change)}`];
}

function hold(service: string, sql: string): string[] {
  return ['exec', `statefulset/${service}-db`, '--', 'sh', '-c', `psql -U "$POSTGRES_USER" -d postgres -c "${sql}"`];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    context: { type: 'string', default: 'kind-slipway' },
    namespace: { type: 'string', default: 'shop' },
  },
});
const [fault = '', service = 'order'] = positionals;
const stage = FAULTS[fault];
if (stage === undefined || !values.context.startsWith('kind-')) {
  console.error(`✗ FAULT is one of ${Object.keys(FAULTS).join(', ')}; only a cluster of kind is disturbed`);
  process.exitCode = 2;
} else {
  const scope = ['--context', values.context, '--namespace', values.namespace];
  execFileSync('kubectl', [...scope, ...stage(service)], { stdio: 'inherit' });
}
