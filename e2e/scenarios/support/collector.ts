import { readSpans, type CollectedSpan } from '@slipway/testing/http';
import { getObject } from './get-object.ts';
import { quietKubectl } from './quiet-kubectl.ts';
import { kubectl, NAMESPACE } from './stack.ts';

const NAME = 'otel-collector';
const PORT = 4318;
/** Says what it was sent, a line each. */
const PROGRAM = `
require('node:http').createServer(async (request, response) => {
  const chunks = await request.toArray();
  if (request.url === '/v1/traces') console.log(Buffer.concat(chunks).toString());
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}).listen(${PORT});`;

type Deployment = { spec: { template: { spec: { containers: { image: string }[] } } } };

/** A small OTLP receiver in the stack's namespace, where deploy/components/tracing expects a collector. */
export async function startClusterCollector(): Promise<void> {
  const gateway = await getObject<Deployment>('deployment/gateway');
  const labels = { 'app.kubernetes.io/name': NAME };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, namespace: NAMESPACE, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'collector',
          // A service's: it has Node.
          image: gateway!.spec.template.spec.containers[0]!.image,
          command: ['node', '-e', PROGRAM],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: { selector: labels, ports: [{ port: PORT }] },
  };
  const list = { apiVersion: 'v1', kind: 'List', items: [pod, service] };
  await quietKubectl(['apply', '-f', '-'], JSON.stringify(list));
  await kubectl(['-n', NAMESPACE, 'wait', `pod/${NAME}`, '--for=condition=Ready', '--timeout=50s']);
}

export async function clusterSpans(): Promise<CollectedSpan[]> {
  const log = await quietKubectl(['-n', NAMESPACE, 'logs', NAME]);
  return log.split('\n').flatMap((line) => (line === '' ? [] : readSpans(line)));
}

export async function removeClusterCollector(): Promise<void> {
  await kubectl(['-n', NAMESPACE, 'delete', `pod/${NAME}`, `service/${NAME}`, '--ignore-not-found']);
}
