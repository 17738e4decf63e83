import { editFile } from './edited-files.ts';

const plant = (yaml: string) => editFile('apps/product/k8s/fragment.yaml', (text) => `${text}\n---\n${yaml}\n`);
const app = (container: string) =>
  plant(`kind: Deployment\nspec: { template: { spec: { containers: [{ name: app, ${container} }] } } }`);
const service = (name: string, spec: string) =>
  plant(`apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ${spec} }`);
const OWN_PODS = 'selector: { app.kubernetes.io/name: product }';

/** Everything that the files alone can have wrong. Planted together, none hides another. */
export const fileFaults: { fault: string; edit: () => void; says: RegExp }[] = [
  {
    fault: 'a misspelt field',
    edit: () => plant('kind: Deployment\nspec: { replcas: 2 }'),
    says: /product\/k8s\/fragment\.yaml:\d+.*\n?.*did you mean "replicas"/,
  },
  {
    fault: 'an unknown key of the environment',
    edit: () => plant('kind: ConfigMap\ndata: { NO_SUCH_KEY: planted }'),
    says: /fragment\.yaml:\d+ .*NO_SUCH_KEY.*is no key of the environment/,
  },
  {
    fault: 'a key without a value',
    edit: () =>
      editFile('apps/product/src/config.ts', (text) =>
        text.replace('  ORDER_KEY:', "  PLANTED_KEY: text({ description: 'planted' }),\n  ORDER_KEY:"),
      ),
    says: /product\/src\/config\.ts:\d+ PLANTED_KEY.*has no value on kind/,
  },
  {
    fault: 'an unknown service',
    edit: () => editFile('apps/order/src/config.ts', (text) => text.replace("service('user')", "service('usr')")),
    says: /order\/src\/config\.ts:\d+ USER_URL.*"usr", which is none of ours/,
  },
  {
    fault: 'an unknown port of a service',
    edit: () => service('product-astray', `${OWN_PODS}, ports: [{ port: 80, targetPort: nowhere }]`),
    says: /fragment\.yaml:\d+ .*product-astray.*"nowhere" is no port of the pods that it selects/,
  },
  {
    fault: 'a selector without pods',
    edit: () => service('product-nobody', 'selector: { app: nobody }, ports: [{ port: 80 }]'),
    says: /fragment\.yaml:\d+ .*product-nobody.*matches no pod of the service/,
  },
  {
    fault: 'a service that a fragment exposes',
    edit: () => service('product', 'type: NodePort'),
    says: /fragment\.yaml:\d+ .*is NodePort: how a service is exposed belongs to an overlay/,
  },
  {
    fault: 'a probe path that is no route',
    edit: () => app('readinessProbe: { httpGet: { path: /helthz } }'),
    says: /fragment\.yaml:\d+ app\.readinessProbe.*path "\/helthz" is no route of the management port/,
  },
  {
    fault: 'a probe of an unknown port',
    edit: () => app('livenessProbe: { httpGet: { port: nowhere } }'),
    says: /fragment\.yaml:\d+ app\.livenessProbe.*port "nowhere" is no port of the container/,
  },
  {
    fault: 'a gap in the numbering of migrations',
    edit: () => editFile('apps/product/migrations/0099_planted.sql', () => 'SELECT 1;\n'),
    says: /0099_planted\.sql.*has number 0099 in place \d/,
  },
  {
    fault: 'another namespace',
    edit: () => plant('kind: Service\nmetadata: { namespace: elsewhere }'),
    says: /fragment\.yaml:\d+ .*is "elsewhere", the stack's is "shop"/,
  },
];
