import { labelsOf } from '../../../kubernetes/labels.ts';
import { yamlText } from '../../../manifests/overlay/yaml-text.ts';
import { FIRST_NODE_PORT } from './kind-config-text.ts';

const FOLDER = 'deploy/dev';
export const OVERLAY_FILE = `${FOLDER}/kustomization.yaml`;

/** The overlay for kind; `exposed`: services that are to be reached from this machine. */
export function overlayText(exposed: string[]): string {
  return `# The stack on kind: \`npx nx run deploy:assemble\` writes generated/ (image tags, secrets) beside this.
${yamlText({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources: ['../base', ...exposed.map((service) => `${service}-from-outside.yaml`)],
  components: ['generated'],
  ...(exposed.length === 0 ? {} : { patches: exposed.map((service) => ({ path: `${service}-node-port.yaml` })) }),
})}`;
}

/** Where it stands what lets this machine reach a service on kind. */
export function exposurePaths(service: string): { policy: string; nodePort: string } {
  return { policy: `${FOLDER}/${service}-from-outside.yaml`, nodePort: `${FOLDER}/${service}-node-port.yaml` };
}

/** What lets this machine reach a service on kind: path → text. */
export function exposureFiles(stack: string, service: string): Record<string, string> {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${service}-from-outside`, namespace: stack, labels: labelsOf(stack, service, service) },
    spec: {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': service } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 'http', protocol: 'TCP' }] }],
    },
  };
  const nodePort = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service, namespace: stack },
    spec: {
      type: 'NodePort',
      ports: [{ port: 80, name: 'http', targetPort: 'http', nodePort: FIRST_NODE_PORT }],
    },
  };
  const paths = exposurePaths(service);
  return {
    [paths.policy]: `# A node port's traffic comes from addresses that no selector names.\n${yamlText(policy)}`,
    [paths.nodePort]: `# From this machine: http://127.0.0.1:${FIRST_NODE_PORT} (see ../kind.yaml).\n${yamlText(nodePort)}`,
  };
}
