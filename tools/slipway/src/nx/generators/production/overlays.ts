import { labelsOf } from '../../../kubernetes/labels.ts';
import { yamlText } from '../../../manifests/overlay/yaml-text.ts';

/** What render refuses until somebody has replaced it. */
const FILL_IN = 'change-me';
const PROD = 'deploy/prod';
const STAGING = 'deploy/staging/kustomization.yaml';

type Stack = { stack: string; exposed: string; hasDatabases: boolean };

/** The overlays for production and staging: path → text. */
export function overlayFiles({ stack, exposed, hasDatabases }: Stack): Record<string, string> {
  const labels = labelsOf(stack, exposed, exposed);
  const policy = `${exposed}-from-gateway`;
  const host = `${stack}.${FILL_IN}.example`;
  const database = hasDatabases
    ? {
        [`${PROD}/database-network.yaml`]: `# The network that the managed databases are in.
${yamlText({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'external-databases', namespace: stack },
  spec: { egress: [{ to: [{ ipBlock: { cidr: `${FILL_IN}/16` } }], ports: [{ port: 5432, protocol: 'TCP' }] }] },
})}`,
      }
    : {};
  return {
    [`${PROD}/kustomization.yaml`]: `# Production: slipway assembles ../base and ../components/production; here is what only you know.
# npx nx run deploy:render --overlay prod refuses what still says ${FILL_IN}; ../components/production/SECRETS.md lists the Secrets.
${yamlText({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: ['../base', 'http-route.yaml', `${policy}.yaml`],
  components: ['../components/production'],
  patches: [
    ...(hasDatabases ? [{ path: 'database-network.yaml' }] : []),
    { path: 'requests.yaml', target: { kind: 'Deployment' } },
  ],
})}`,
    [`${PROD}/http-route.yaml`]: `# The only way in, by the Gateway API: name the platform's Gateway, its namespace, and your host.
${yamlText({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: exposed, namespace: stack, labels },
  spec: {
    parentRefs: [{ name: FILL_IN, namespace: FILL_IN }],
    hostnames: [host],
    rules: [{ backendRefs: [{ name: exposed, port: 80 }] }],
  },
})}`,
    [`${PROD}/${policy}.yaml`]: `# Lets the Gateway's pods reach ${exposed}: name their namespace.
${yamlText({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: policy, namespace: stack, labels },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': exposed } },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': FILL_IN } } }],
        ports: [{ port: 'http', protocol: 'TCP' }],
      },
    ],
  },
})}`,
    [`${PROD}/requests.yaml`]: `# What a pod gets on a full node. The autoscaler adds pods: see ../components/production.
${yamlText({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'any' },
  spec: {
    template: { spec: { containers: [{ name: 'app', resources: { requests: { cpu: '250m', memory: '192Mi' } } }] } },
  },
})}`,
    ...database,
    [STAGING]: `# Production on a smaller scale: what differs, and nothing else. The same namespace: give it a cluster of its own.
${yamlText({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: ['../prod'],
  patches: [
    patch('autoscaling/v2', 'HorizontalPodAutoscaler', { minReplicas: 1, maxReplicas: 2 }),
    patch('gateway.networking.k8s.io/v1', 'HTTPRoute', { hostnames: [`staging.${host}`] }),
  ],
})}`,
  };
}

function patch(apiVersion: string, kind: string, spec: object): object {
  return { target: { kind }, patch: JSON.stringify({ apiVersion, kind, metadata: { name: 'any' }, spec }) };
}
