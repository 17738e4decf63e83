import { describeError, UserError } from '@slipway/util/errors';
import { readContracts } from '../contract/read-contracts.ts';
import type { ServiceContract } from '../contract/service-contract.ts';
import { superuser, psql } from '../database/database-pod.ts';
import { introduceLogin, retireLogins } from '../database/login-roles.ts';
import { FaultsError } from '../faults/faults-error.ts';
import { withDeployLock } from '../kube/deploy-lock.ts';
import type { KubeApi } from '../kube/kube-api.ts';
import { requireOwnNamespace } from '../namespace/claim-namespace.ts';
import { openCluster } from '../kube/open-cluster.ts';
import { contextName } from '../kube/target.ts';
import { databaseName } from '../manifests/defaults/database.ts';
import { databaseSecret, secretPaths } from '../overlay/secret-files.ts';
import { inOrder } from '../pipeline/in-order.ts';
import type { Reporter } from '../report/reporter.ts';
import { openStackView, type StackView } from '../rollout/stack-view.ts';
import { secretFileFaults } from '../secrets/secret-file-faults.ts';
import type { Settings } from '../workspace/settings.ts';
import { foretellRotation } from './foretell-rotation.ts';
import { type Phase, PHASES, ROTATION_KINDS, type RotationKind } from './kinds.ts';
import { type Change, nextValues, type RotationState } from './next-values.ts';
import { renewPods } from './renew-pods.ts';
import { readRotationState, signingKeyFaults, supersededLogins } from './rotation-state.ts';
import { hasLocalCopy, writeLocalCopy, writeSecret } from './write-secret.ts';

export type RotationOptions = {
  context?: string;
  /** What to rotate; default: everything. */
  only?: RotationKind[];
  /** Longest wait for one rollout, seconds. */
  timeout: number;
  /** Say what would be done, and do nothing. */
  dryRun: boolean;
};

type Rotation = {
  settings: Settings;
  contracts: ServiceContract[];
  kinds: readonly RotationKind[];
  api: KubeApi;
  view: StackView;
  timeoutMs: number;
  report: Reporter;
};

/**
 * Rotates secrets of the running stack without an outage, in three phases of which each leaves old and new pods
 * compatible. How far it is stands in the Secrets themselves: interrupted anywhere, the next run goes on from there.
 * Throws when a phase does not end well; then nothing is retired and all that ran keeps running.
 */
export async function rotateSecrets(
  settings: Settings,
  options: RotationOptions,
  report: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const contracts = await readContracts(settings.workspaceRoot);
  const { only: kinds = ROTATION_KINDS } = options;
  const { stack, cluster } = settings;
  await refuseExposedCopy(settings, contracts);
  const api = await openCluster(contextName(cluster, options.context));
  try {
    await requireOwnNamespace(api, settings);
    const state = await readRotationState(api, stack, contracts);
    const faults = kinds.includes('signing-keys')
      ? signingKeyFaults(state, contracts, { context: api.context, stack })
      : [];
    if (faults.length > 0) throw new FaultsError(faults);
    if (options.dryRun) return foretellRotation(state, contracts, kinds, report);
    await withDeployLock(api, stack, report, signal, async () => {
      const view = await openStackView(api, stack);
      try {
        await rotate({ settings, contracts, kinds, api, view, timeoutMs: options.timeout * 1000, report });
      } finally {
        view.close();
      }
    });
  } finally {
    await api.close();
  }
}

/** The new values go into the local copy too. */
async function refuseExposedCopy({ workspaceRoot }: Settings, contracts: ServiceContract[]): Promise<void> {
  if (!hasLocalCopy(workspaceRoot)) return;
  const faults = await secretFileFaults(workspaceRoot, secretPaths(contracts));
  if (faults.length > 0) throw new FaultsError(faults);
}

async function rotate(rotation: Rotation): Promise<void> {
  const { settings, contracts, kinds, api, report } = rotation;
  const { stack } = settings;
  await introduceCurrentLogins(rotation);
  // What an interrupted run has written and not rolled out. After it every pod has what its Secret says.
  await renewAll(rotation, contracts);
  for (const phase of PHASES) {
    const state = await readRotationState(api, stack, contracts);
    const changes = nextValues(phase, contracts, state, kinds, Math.floor(Date.now() / 1000));
    report.event('stack', 'rotate', `${phase}: ${changes.length === 0 ? 'nothing to do' : `${changes.length} values`}`);
    await writeChanges(rotation, changes, state);
    const concerned = new Set(changes.map(({ service }) => service));
    await renewAll(
      rotation,
      contracts.filter(({ name }) => concerned.has(name)),
    ).catch((error: unknown) => {
      throw new UserError(unfinished(phase, describeError(error)), { cause: error });
    });
    if (phase === 'retire' && kinds.includes('database-passwords')) await retireDatabaseLogins(rotation);
  }
  report.event('stack', 'ready', 'every secret is rotated');
}

/** Between two logins a volume may have been lost: a new one knows only the old. Without effect where both are known. */
async function introduceCurrentLogins({ settings: { stack }, contracts, api }: Rotation): Promise<void> {
  const state = await readRotationState(api, stack, contracts);
  for (const { service, old, current } of supersededLogins(contracts, state)) {
    const pod = { context: api.context, stack, service };
    await psql(pod, await superuser(pod, [old.user]), introduceLogin(service, current));
  }
}

async function writeChanges({ settings, contracts, api, report }: Rotation, changes: Change[], state: RotationState) {
  const { stack, workspaceRoot } = settings;
  for (const { service, login } of changes) {
    if (login === undefined) continue;
    const pod = { context: api.context, stack, service };
    const admin = await superuser(pod, [state.databases[service]!.user]);
    await psql(pod, admin, introduceLogin(service, login));
    report.event(
      databaseName(service),
      'rotate',
      `knows the login ${login.user} beside ${state.databases[service]!.user}`,
    );
  }
  for (const service of new Set(changes.map((change) => change.service))) {
    const own = changes.filter((change) => change.service === service);
    await writeSecret(api, stack, service, Object.fromEntries(own.map(({ key, value }) => [key, value])));
    for (const { key, says } of own) report.event(service, 'rotate', `${key}: ${says}`);
    await writeLocalCopy(api, stack, workspaceRoot, contractOf(contracts, service));
  }
}

/** New pods, in the order of who calls whom, of the services whose pods do not have what their Secrets say. */
async function renewAll(
  { settings, api, view, timeoutMs, report }: Rotation,
  contracts: ServiceContract[],
): Promise<void> {
  const failures: string[] = [];
  const work = inOrder(contracts, (contract) => ({
    prepare: async () => undefined,
    finish: () => renewPods({ api, view, stack: settings.stack, timeoutMs, report }, contract),
  }));
  for await (const { service, status, message } of work) {
    if (status === 'failure') failures.push(message);
    if (status === 'skipped') report.event(service, 'held back', message);
  }
  if (failures.length > 0) throw new UserError(failures.join('\n'));
}

async function retireDatabaseLogins({ settings, contracts, api, report }: Rotation): Promise<void> {
  const { stack, workspaceRoot } = settings;
  const state = await readRotationState(api, stack, contracts);
  for (const { service, old, current } of supersededLogins(contracts, state)) {
    const pod = { context: api.context, stack, service };
    await psql(pod, await superuser(pod, [old.user]), retireLogins(service, current.user));
    await writeSecret(api, stack, databaseName(service), databaseSecret(current));
    await writeLocalCopy(api, stack, workspaceRoot, contractOf(contracts, service));
    report.event(databaseName(service), 'rotate', `the login ${old.user} has no password any more`);
  }
}

function contractOf(contracts: ServiceContract[], service: string): ServiceContract {
  return contracts.find(({ name }) => name === service)!;
}

function unfinished(phase: Phase, reason: string): string {
  const kept = phase === 'retire' ? 'The new values are in use' : 'The old values still count';
  return `${reason}\nThe phase "${phase}" is not through. ${kept}, nothing is lost: mend it and run the same again, it goes on from here`;
}
