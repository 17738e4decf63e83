import { formatLogLine } from '../logs/format-log-line.ts';
import { decisiveLines } from './decisive-lines.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { objectWarnings } from '../../kubernetes/client/object-events.ts';
import { podLog } from '../../kubernetes/client/pod-log.ts';
import { kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import { diagnose } from '../../kubernetes/rollout/diagnose.ts';
import { hintOf } from '../../kubernetes/rollout/hints.ts';
import type { RolloutState, StateCode } from '../../kubernetes/rollout/states.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { PodFacts } from './pod-facts.ts';
import { recentFailures } from './recent-failures.ts';
import type { NodeStatus, Finding, ServiceStatus, WorkloadStatus } from './stack-status.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';
import { clusterCommand } from '../../util/commands.ts';

type Scene = {
  api: KubeApi;
  settings: Settings;
  view: StackView;
  facts: Map<string, PodFacts>;
  services: ServiceStatus[];
  databases: WorkloadStatus[];
  added: WorkloadStatus[];
  nodes: NodeStatus[];
};

/** What the readiness checks and the rollout say better. */
const KNOWN_EVENTS = /^(Unhealthy|BackOff):/;
/** States that say that nothing is wrong yet, or whose cause is a finding or a check of its own. */
const WITHOUT_HINT: StateCode[] = ['not-observed', 'pods-missing', 'starting', 'not-ready', 'job-running'];
const FULL_DISK = 0.85;
/** Share of 5xx that is worth a look. */
const MANY_ERRORS = 0.01;
/** A restart that is longer ago is history, ms. */
const RECENT_MS = 30 * 60_000;
const LOG_LINES = 4;
/** Among so many of its last lines a container says why it ended. */
const READ_LINES = 50;
/** How much of a log, and how old, tells why answers fail now. */
const FAILURE_LINES = 200;
const FAILURES_MS = 60_000;

/** What is not as it should be, causes before their effects: nodes, databases, services with callees first. */
export async function collectFindings(scene: Scene): Promise<Finding[]> {
  const { services, databases, added, nodes } = scene;
  const deploy = deployCommand(scene);
  const all = [...databases, ...services, ...added];
  const absent = all.filter(({ state }) => state === 'absent').map(({ name }) => name);
  const broken = all.filter(({ state }) => state !== 'ready' && state !== 'absent');
  return [
    ...nodes.flatMap((node) => nodeFinding(node, scene.api.context)),
    ...(absent.length === 0
      ? []
      : [{ code: 'not-deployed' as const, who: absent.join(', '), details: [], command: deploy }]),
    ...(await Promise.all(broken.map((workload) => brokenWorkload(scene, workload)))),
    ...(
      await Promise.all(
        all.filter(({ state }) => state === 'ready').map((workload) => workingFindings(scene, workload)),
      )
    ).flat(),
  ];
}

/** Restores the declared state, including a changed number of pods and the image that watch mode has covered. */
function deployCommand({ settings, api }: Scene): string {
  return nxCommand(settings, api.context, 'run-many -t deploy-kind');
}

function logsCommand({ settings, api }: Scene, options: string): string {
  return nxCommand(settings, api.context, `run deploy:logs ${options}`);
}

function nodeFinding({ name, isReady, pressure, diskUsed = 0 }: NodeStatus, context: string): Finding[] {
  const cluster = kindCluster(context);
  const status = cluster === undefined ? describeNode(name, context) : clusterCommand('status', '--name', cluster);
  const base = { who: name, details: [] };
  return [
    ...(isReady ? [] : [{ ...base, code: 'node-not-ready' as const, command: status }]),
    ...pressure.map((condition) => ({
      ...base,
      code: 'node-pressure' as const,
      condition,
      command: describeNode(name, context),
    })),
    ...(diskUsed < FULL_DISK
      ? []
      : [{ ...base, code: 'disk-full' as const, share: diskUsed, command: 'docker system df; df -h' }]),
  ];
}

function describeNode(name: string, context: string): string {
  return `kubectl --context ${context} describe node ${name}`;
}

async function brokenWorkload(scene: Scene, workload: WorkloadStatus | ServiceStatus): Promise<Finding> {
  const { api, settings, view } = scene;
  const { name, state, podsReady, podsWanted } = workload;
  if (state === 'off') return { code: 'scaled-to-zero', who: name, details: [], command: deployCommand(scene) };
  const reason = await clearReason(scene, workload);
  const checks = 'failingChecks' in workload ? workload.failingChecks : [];
  const pods = podsOf(view, name);
  const warnings = (
    await Promise.all(pods.map(({ metadata }) => objectWarnings(api, settings.stack, metadata.name)))
  ).flat();
  const silences = pods.flatMap(({ metadata }) => scene.facts.get(metadata.name)?.silence ?? []);
  const hint =
    reason === undefined || WITHOUT_HINT.includes(reason.code)
      ? undefined
      : hintOf(reason, { context: api.context, stack: settings.stack });
  return {
    code: 'not-ready',
    who: name,
    podsReady,
    podsWanted,
    ...(reason === undefined ? {} : { reason }),
    details: [
      ...checks.map(
        (check) => `readiness: ${check.name}: ${check.detail} (${check.pods} ${check.pods === 1 ? 'pod' : 'pods'})`,
      ),
      ...silences,
      ...[...new Set(warnings.filter((warning) => !KNOWN_EVENTS.test(warning)))].slice(-3),
      ...(state === 'failed' ? await logTail(scene, reason) : []),
    ],
    ...(hint === undefined ? {} : { hint }),
    command: logsCommand(scene, `--service ${name} --level warn`),
  };
}

/** What the watched objects do not say is asked; failing checks are known already. */
function clearReason({ api, view }: Scene, workload: WorkloadStatus): Promise<RolloutState | undefined> {
  const { reason } = workload;
  if (reason === undefined || reason.code === 'not-ready') return Promise.resolve(reason);
  return diagnose({ api, view }, reason);
}

/** What the container says that cannot start or stay. */
async function logTail({ api, settings: { stack } }: Scene, reason: RolloutState | undefined): Promise<string[]> {
  if (reason?.pod === undefined || reason.container === undefined) return [];
  const log = await podLog(api, stack, { pod: reason.pod, container: reason.container, lines: READ_LINES });
  return decisiveLines(log, LOG_LINES).map((line) => `log: ${formatLogLine(line, undefined)?.text ?? line}`);
}

async function workingFindings(scene: Scene, workload: WorkloadStatus | ServiceStatus): Promise<Finding[]> {
  const { name, lastEnd, isSynced = false } = workload;
  const errorShare = 'failingChecks' in workload ? (workload.traffic?.errorShare ?? 0) : 0;
  const logs = (options: string) => logsCommand(scene, `--service ${name} --level ${options}`);
  const findings: Finding[] = [];
  if (isSynced) findings.push({ code: 'code-synced', who: name, details: [], command: deployCommand(scene) });
  if (errorShare >= MANY_ERRORS) {
    const details = await failuresOf(scene, name);
    findings.push({ code: 'server-errors', who: name, share: errorShare, details, command: logs('warn') });
  }
  if (lastEnd !== undefined && Date.now() - Date.parse(lastEnd.at) < RECENT_MS) {
    const { at, reason: end } = lastEnd;
    findings.push({ code: 'restarted', who: name, at, end, details: [], command: logs('warn --previous') });
  }
  return findings;
}

async function failuresOf({ api, settings: { stack }, view }: Scene, name: string): Promise<string[]> {
  const logs = await Promise.all(
    podsOf(view, name).map(({ metadata }) =>
      podLog(api, stack, { pod: metadata.name, container: 'app', lines: FAILURE_LINES }),
    ),
  );
  return recentFailures(logs.join('\n'), Date.now() - FAILURES_MS);
}
