import { UserError } from '@slipway/util/errors';
import { hideValue } from '@slipway/util/secret-mask';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { openStackView } from '../../kubernetes/rollout/stack-view.ts';
import { podLogSource } from '../../operate/logs/pod-log-source.ts';
import { describeFinding } from '../../operate/status/describe-finding.ts';
import { gatherStatus, readWorkingTree, type Scrapes } from '../../operate/status/gather-status.ts';
import type { Finding, FindingCode, ServiceStatus, WorkloadStatus } from '../../operate/status/stack-status.ts';
import { describeState } from '../../kubernetes/rollout/describe-state.ts';
import { collectServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { environmentKeys } from './environment-keys.ts';
import type { PageSource } from './page-source.ts';
import type { PageDatabase, PageEdge, PageFinding, PageService, PageState } from './page-types.ts';
import { worstFirst } from './worst-first.ts';

/** What a stack can live with for a while. */
const WARNINGS: FindingCode[] = ['node-pressure', 'disk-full', 'code-synced', 'restarted', 'scaled-to-zero'];
const STATES: Record<WorkloadStatus['state'], PageState> = {
  ready: 'ready',
  waiting: 'waiting',
  failed: 'failed',
  off: 'stopped',
  absent: 'absent',
};

/** The stack in a cluster, as `deploy:status` and `deploy:logs` see it. Closes `api` at its end. */
export async function clusterSource(api: KubeApi, settings: Settings): Promise<PageSource> {
  const { stack, workspaceRoot } = settings;
  await hideSecretsOf(api, stack);
  const view = await openStackView(api, stack);
  let scrapes: Scrapes = new Map();
  return {
    place: 'cluster',
    title: `${stack} on ${api.context}`,
    logs: podLogSource(api, stack),
    async look() {
      const tree = await readWorkingTree(settings, false);
      const { status, scrapes: next } = await gatherStatus({ api, view, settings, tree }, scrapes);
      scrapes = next;
      return {
        isReady: status.isReady,
        findings: worstFirst(status.findings.map(pageFinding)),
        services: status.services.map(pageService),
        databases: status.databases.map(pageDatabase),
        edges: edgesOf(tree.serviceSpecs),
        starts: [],
      };
    },
    async environment(name) {
      const { serviceSpecs } = await collectServiceSpecs(workspaceRoot);
      const spec = serviceSpecs.find((known) => known.name === name);
      return spec && environmentKeys(workspaceRoot, spec, 'kind');
    },
    act: ({ kind, service }) =>
      Promise.reject(
        new UserError(`${kind} of ${service} in a cluster is not offered here`, {
          hint: `kubectl --context ${api.context} -n ${stack} rollout restart deployment/${service}`,
        }),
      ),
    async close() {
      view.close();
      await api.close();
    },
  };
}

/** So that no line and no event can show one. Where they may not be read, the services scrub their own lines. */
async function hideSecretsOf(api: KubeApi, namespace: string): Promise<void> {
  type Secrets = { items: { data?: Record<string, string> }[] };
  const secrets = await api.get<Secrets>(`/api/v1/namespaces/${namespace}/secrets`).catch(() => undefined);
  for (const { data = {} } of secrets?.items ?? [])
    for (const [key, value] of Object.entries(data)) hideValue(key, Buffer.from(value, 'base64'));
}

function pageFinding(finding: Finding): PageFinding {
  const { code, who, details, hint, command } = finding;
  return {
    code: code === 'not-ready' ? (finding.reason?.code ?? code) : code,
    severity: WARNINGS.includes(code) ? 'warning' : 'error',
    who,
    message: describeFinding(finding),
    details,
    ...(hint === undefined ? {} : { hint }),
    ...(command === undefined ? {} : { command }),
  };
}

function pageService(service: ServiceStatus): PageService {
  const { name, state, reason, podsReady, podsWanted, revision, image, restarts, migration, failingChecks, traffic } =
    service;
  return {
    name,
    state: STATES[state],
    ...(reason === undefined ? {} : { detail: describeState(reason) }),
    pods: `${podsReady}/${podsWanted}`,
    restarts,
    failingChecks: failingChecks.map(({ name, detail, pods }) => ({ name, detail: `${detail} (${pods} pods)` })),
    actions: [],
    ...(revision === undefined ? {} : { revision }),
    ...(image === undefined ? {} : { image }),
    ...(migration === undefined ? {} : { migration }),
    ...(traffic === undefined ? {} : { traffic }),
  };
}

function pageDatabase({ name, state, reason }: WorkloadStatus): PageDatabase {
  return {
    name,
    service: name.replace(/-db$/, ''),
    state: STATES[state],
    ...(reason === undefined ? {} : { detail: describeState(reason) }),
  };
}

/** What is declared; what is called in the pods is not measured here. */
function edgesOf(specs: ServiceSpec[]): PageEdge[] {
  return specs.flatMap(({ name, calls, hasDatabase }) =>
    [...calls, ...(hasDatabase ? [`${name}-db`] : [])].map((to) => ({ from: name, to, isDeclared: true })),
  );
}
