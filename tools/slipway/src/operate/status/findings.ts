import { formatLogLine } from '../logs/format-log-line.ts';
import { decisiveLines } from './decisive-lines.ts';
import type { KubeApi } from '../../kubernetes/client/kube-api.ts';
import { objectWarnings } from '../../kubernetes/client/object-events.ts';
import { podLog } from '../../kubernetes/client/pod-log.ts';
import { kindCluster, nxCommand } from '../../kubernetes/client/target.ts';
import { findTerminalFailure } from '../../kubernetes/rollout/terminal-failure.ts';
import type { StackView } from '../../kubernetes/rollout/stack-view.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { PodFacts } from './pod-facts.ts';
import { recentFailures } from './recent-failures.ts';
import type { NodeStatus, Finding, ServiceStatus, WorkloadStatus } from './stack-status.ts';
import { podsOf } from '../../kubernetes/rollout/pods-of.ts';

type Scene = {
  api: KubeApi;
  settings: Settings;
  view: StackView;
  facts: Map<string, PodFacts>;
  services: ServiceStatus[];
  databases: WorkloadStatus[];
  nodes: NodeStatus[];
};

/** What the readiness checks and the rollout say better. */
const KNOWN_EVENTS = /^(Unhealthy|BackOff):/;
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
  const { services, databases, nodes } = scene;
  const deploy = deployCommand(scene);
  const all = [...databases, ...services];
  const absent = all.filter(({ state }) => state === 'absent').map(({ name }) => name);
  const broken = all.filter(({ state }) => state !== 'ready' && state !== 'absent');
  return [
    ...nodes.flatMap((node) => nodeFinding(node, scene.api.context)),
    ...(absent.length === 0
      ? []
      : [{ who: absent.join(', '), what: 'not in the cluster', details: [], command: deploy }]),
    ...(await Promise.all(broken.map((workload) => brokenWorkload(scene, workload)))),
    ...(
      await Promise.all(
        all.filter(({ state }) => state === 'ready').map((workload) => workingFindings(scene, workload)),
      )
    ).flat(),
  ];
}

/** Puts back what is declared, also a number of pods that somebody has changed and the image that watch mode has covered. */
function deployCommand({ settings, api }: Scene): string {
  return nxCommand(settings, api.context, 'run-many -t deploy-kind');
}

function logsCommand({ settings, api }: Scene, options: string): string {
  return nxCommand(settings, api.context, `run deploy:logs ${options}`);
}

function nodeFinding({ name, isReady, pressure, diskUsed = 0 }: NodeStatus, context: string): Finding[] {
  const cluster = kindCluster(context);
  const status = cluster === undefined ? describeNode(name, context) : `npm run cluster -- status --name ${cluster}`;
  const finding = (what: string, command: string): Finding => ({ who: name, what, details: [], command });
  return [
    ...(isReady ? [] : [finding('the node is not ready', status)]),
    ...pressure.map((condition) => finding(`the node reports ${condition}`, describeNode(name, context))),
    ...(diskUsed < FULL_DISK ? [] : [finding(`its disk is ${percent(diskUsed)} full`, 'docker system df; df -h')]),
  ];
}

function describeNode(name: string, context: string): string {
  return `kubectl --context ${context} describe node ${name}`;
}

async function brokenWorkload(scene: Scene, workload: WorkloadStatus | ServiceStatus): Promise<Finding> {
  const { name, state, why = '', podsReady, podsWanted } = workload;
  if (state === 'off') return { who: name, what: why, details: [], command: deployCommand(scene) };
  const checks = 'failingChecks' in workload ? workload.failingChecks : [];
  const pods = podsOf(scene.view, name);
  const warnings = (
    await Promise.all(pods.map(({ metadata }) => objectWarnings(scene.api, scene.settings.stack, metadata.name)))
  ).flat();
  const silences = pods.flatMap(({ metadata }) => scene.facts.get(metadata.name)?.silence ?? []);
  return {
    who: name,
    what: `${podsReady} of ${podsWanted} pods ready${why === '' ? '' : `: ${why}`}`,
    details: [
      ...checks.map(
        (check) => `readiness: ${check.name}: ${check.detail} (${check.pods} ${check.pods === 1 ? 'pod' : 'pods'})`,
      ),
      ...silences,
      ...[...new Set(warnings.filter((warning) => !KNOWN_EVENTS.test(warning)))].slice(-3),
      ...(state === 'failed' ? await logTail(scene, name) : []),
    ],
    command: logsCommand(scene, `--service ${name} --level warn`),
  };
}

/** What the container says that cannot start or stay. */
async function logTail({ api, settings: { stack }, view }: Scene, name: string): Promise<string[]> {
  const fatal = podsOf(view, name)
    .map(findTerminalFailure)
    .find((found) => found !== undefined);
  if (fatal === undefined) return [];
  const log = await podLog(api, stack, { pod: fatal.pod, container: fatal.container, lines: READ_LINES });
  return decisiveLines(log, LOG_LINES).map((line) => `log: ${formatLogLine(line, undefined)?.text ?? line}`);
}

async function workingFindings(scene: Scene, workload: WorkloadStatus | ServiceStatus): Promise<Finding[]> {
  const { name, lastEnd, isSynced = false } = workload;
  const errorShare = 'failingChecks' in workload ? (workload.traffic?.errorShare ?? 0) : 0;
  const logs = (options: string) => logsCommand(scene, `--service ${name} --level ${options}`);
  const isRecent = lastEnd !== undefined && Date.now() - Date.parse(lastEnd.at) < RECENT_MS;
  return [
    ...(isSynced
      ? [
          {
            who: name,
            what: 'runs what a watch mode has sent it, not its image',
            details: [],
            command: deployCommand(scene),
          },
        ]
      : []),
    ...(errorShare < MANY_ERRORS
      ? []
      : [
          {
            who: name,
            what: `${percent(errorShare)} of its answers are 5xx`,
            details: await failuresOf(scene, name),
            command: logs('warn'),
          },
        ]),
    ...(isRecent
      ? [
          {
            who: name,
            what: `started again at ${lastEnd.at}: ${lastEnd.reason}`,
            details: [],
            command: logs('warn --previous'),
          },
        ]
      : []),
  ];
}

async function failuresOf({ api, settings: { stack }, view }: Scene, name: string): Promise<string[]> {
  const logs = await Promise.all(
    podsOf(view, name).map(({ metadata }) =>
      podLog(api, stack, { pod: metadata.name, container: 'app', lines: FAILURE_LINES }),
    ),
  );
  return recentFailures(logs.join('\n'), Date.now() - FAILURES_MS);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
