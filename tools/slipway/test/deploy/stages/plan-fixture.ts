import type { DeployContext, DeployOptions } from '../../../src/deploy/context/deploy-context.ts';
import type { ClusterState } from '../../../src/deploy/stages/inspect.ts';
import { type DeployPlan, makePlan } from '../../../src/deploy/stages/plan.ts';
import { fakePublisher, type FakePublisher } from '../../../src/images/publish/fake-publisher.ts';
import { objectId, readInventory } from '../../../src/kubernetes/apply/inventory/inventory.ts';
import { volumeClaims } from '../../../src/kubernetes/apply/inventory/volume-claims.ts';
import { type FakeKubeApi, fakeKubeApi } from '../../../src/kubernetes/client/fake-kube-api.ts';
import type { KubernetesObject } from '../../../src/kubernetes/kubernetes-object.ts';
import { labelsOf } from '../../../src/kubernetes/labels.ts';
import { withStackView } from '../../../src/kubernetes/rollout/with-stack-view.ts';
import { openTimeline } from '../../../src/util/timeline.ts';
import { type Failures, runPods } from '../../support/fake-controller.ts';
import { heard } from '../../support/heard.ts';
import { serviceSpec } from '../../support/service-spec.ts';

export { objectId };

/** `order` calls `product`. */
export const SPECS = [serviceSpec('order', ['product']), serviceSpec('product')];

export function workload(service: string, image = 'v1'): KubernetesObject[] {
  const labels = labelsOf('shop', service, service);
  const metadata = { name: service, namespace: 'shop', labels };
  const container = { name: 'app', image, args: ['node', 'main.js'] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 1, template } },
  ];
}

export const NAMESPACE: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

export type Fixture = {
  api: FakeKubeApi;
  report: ReturnType<typeof heard>;
  publisher: FakePublisher;
  /** Plans a deploy of `declared` and hands the plan to `work`. */
  plan: <Result>(
    declared: KubernetesObject[],
    work: (context: DeployContext, plan: DeployPlan) => Promise<Result>,
  ) => Promise<Result>;
};

/** Of a stack on a fake cluster. */
export const settings = {
  workspaceRoot: import.meta.dirname,
  stack: 'shop',
  workspace: 'shop',
  cluster: 'fake',
  defaultCluster: 'fake',
};

/** Stages on a fake cluster, whose pods become ready at once unless they are `failing`. */
export function fixture({
  services = SPECS.map(({ name }) => name),
  failing = {},
  options = {},
}: { services?: string[]; failing?: Failures; options?: Partial<DeployOptions> } = {}): Fixture {
  const api = fakeKubeApi();
  api.controller = runPods(api, failing);
  const [report, publisher] = [heard(), fakePublisher()];
  return {
    api,
    report,
    publisher,
    plan: (declared, work) =>
      withStackView({ api, stack: 'shop' }, async ({ view }) => {
        const context: DeployContext = {
          settings,
          stack: 'shop',
          api,
          view,
          report,
          publisher,
          services,
          timeline: openTimeline(),
          timeoutMs: 5_000,
          signal: new AbortController().signal,
          options: { timeout: 5, force: true, ...options },
        };
        const cluster: ClusterState = {
          namespace: { isShared: false, isNew: false },
          inventory: await readInventory(api, 'shop'),
          claims: await volumeClaims(api, 'shop'),
        };
        const sources = { serviceSpecs: SPECS, problems: [], render: async () => declared };
        const stack = {
          serviceSpecs: SPECS,
          services,
          leftOut: [],
          images: {},
          configMaps: {},
          logins: {},
          changed: [],
        };
        return work(context, await makePlan(context, { cluster, sources, stack }));
      }),
  };
}
