import { describeError, UserError } from '@slipway/util/errors';
import { readServiceSpecs } from '../../services/read-services.ts';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { superuser, psql } from '../../deploy/database/database-pod.ts';
import { introduceLogin, retireLogins } from '../../deploy/database/login-roles.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { type Session, type WatchedStack, withStack } from '../../deploy/context/deploy-context.ts';
import { withDeployLock } from '../../deploy/context/deploy-lock.ts';
import { requireOwnNamespace } from '../../deploy/namespace/claim-namespace.ts';
import { databaseName } from '../../manifests/defaults/database.ts';
import { databaseSecret, secretPaths } from '../../manifests/overlay/secret-files.ts';
import { runInDependencyOrder } from '../../services/run-in-dependency-order.ts';
import { withStackView } from '../../kubernetes/rollout/with-stack-view.ts';
import { secretFileProblems } from '../../services/secrets/secret-file-problems.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import { planRotation } from './dry-run.ts';
import { type Phase, PHASES, ROTATION_KINDS, type RotationKind } from './kinds.ts';
import { type Change, nextValues, type RotationState } from './next-values.ts';
import { renewPods } from './renew-pods.ts';
import { readRotationState, signingKeyProblems, supersededLogins } from './rotation-state.ts';
import { hasLocalCopy, writeLocalCopy, writeSecret } from './write-secret.ts';
import { byName } from '../../util/by-name.ts';
import { known } from '../../util/known.ts';

export type RotationOptions = {
  context?: string;
  /** What to rotate; default: everything. */
  only?: RotationKind[];
  /** Longest wait for one rollout, seconds. */
  timeout: number;
  /** Say what would be done, and do nothing. */
  dryRun: boolean;
};

type Rotation = WatchedStack & { serviceSpecs: ServiceSpec[]; kinds: readonly RotationKind[] };

/**
 * Rotates secrets of the running stack without downtime, in three phases; each phase keeps old and new pods compatible.
 * The Secrets themselves store the progress, so the next run continues after an interruption. Throws when a phase does
 * not end well; then nothing is retired and all that ran keeps running.
 */
export async function rotateSecrets(session: Session, options: RotationOptions): Promise<void> {
  const { settings, report } = session;
  const serviceSpecs = await readServiceSpecs(settings.workspaceRoot);
  const { only: kinds = ROTATION_KINDS } = options;
  await refuseExposedCopy(settings, serviceSpecs);
  await withStack(session, options, async (context) => {
    const { api, stack } = context;
    await requireOwnNamespace(api, settings);
    const state = await readRotationState(api, stack, serviceSpecs);
    const problems = kinds.includes('signing-keys')
      ? signingKeyProblems(state, serviceSpecs, { context: api.context, stack })
      : [];
    if (problems.length > 0) throw new ValidationError(problems);
    if (options.dryRun) return planRotation(state, serviceSpecs, kinds, report);
    await withDeployLock(context, () =>
      withStackView(context, (watched) => rotate({ ...watched, serviceSpecs, kinds })),
    );
  });
}

/** The new values go into the local copy too. */
async function refuseExposedCopy({ workspaceRoot }: Settings, serviceSpecs: ServiceSpec[]): Promise<void> {
  if (!hasLocalCopy(workspaceRoot)) return;
  const problems = await secretFileProblems(workspaceRoot, secretPaths(serviceSpecs));
  if (problems.length > 0) throw new ValidationError(problems);
}

async function rotate(rotation: Rotation): Promise<void> {
  const { serviceSpecs, kinds, api, stack, report } = rotation;
  await introduceCurrentLogins(rotation);
  // What an interrupted run has written and not rolled out. After it every pod has what its Secret says.
  await renewAll(rotation, serviceSpecs);
  for (const phase of PHASES) {
    const state = await readRotationState(api, stack, serviceSpecs);
    const changes = nextValues(phase, { serviceSpecs, state, kinds, now: Math.floor(Date.now() / 1000) });
    report.event('stack', 'rotate', `${phase}: ${changes.length === 0 ? 'nothing to do' : `${changes.length} values`}`);
    await writeChanges(rotation, changes, state);
    const concerned = new Set(changes.map(({ service }) => service));
    await renewAll(
      rotation,
      serviceSpecs.filter(({ name }) => concerned.has(name)),
    ).catch((error: unknown) => {
      throw new UserError(unfinished(phase, describeError(error)), { cause: error });
    });
    if (phase === 'retire' && kinds.includes('database-passwords')) await retireDatabaseLogins(rotation);
  }
  report.event('stack', 'ready', 'every secret is rotated');
}

/** Between two logins a volume may have been lost: a new one knows only the old. Without effect where both are known. */
async function introduceCurrentLogins({ stack, serviceSpecs, api }: Rotation): Promise<void> {
  const state = await readRotationState(api, stack, serviceSpecs);
  for (const { service, old, current } of supersededLogins(serviceSpecs, state)) {
    const pod = { context: api.context, stack, service };
    await psql(pod, await superuser(pod, [old.user]), introduceLogin(service, current));
  }
}

async function writeChanges(
  { settings, stack, serviceSpecs, api, report }: Rotation,
  changes: Change[],
  state: RotationState,
) {
  const { workspaceRoot } = settings;
  for (const { service, login } of changes) {
    if (login === undefined) continue;
    const pod = { context: api.context, stack, service };
    const { user } = known(state.databases, service);
    const admin = await superuser(pod, [user]);
    await psql(pod, admin, introduceLogin(service, login));
    report.event(databaseName(service), 'rotate', `knows the login ${login.user} beside ${user}`);
  }
  for (const service of new Set(changes.map((change) => change.service))) {
    const own = changes.filter((change) => change.service === service);
    await writeSecret(api, stack, service, Object.fromEntries(own.map(({ key, value }) => [key, value])));
    for (const { key, says } of own) report.event(service, 'rotate', `${key}: ${says}`);
    await writeLocalCopy(api, stack, workspaceRoot, byName(serviceSpecs, service));
  }
}

/** Restarts, in dependency order, the services whose pods do not have the values of their Secrets. */
async function renewAll(rotation: Rotation, serviceSpecs: ServiceSpec[]): Promise<void> {
  const failures: string[] = [];
  const work = runInDependencyOrder(serviceSpecs, (serviceSpec) => ({
    prepare: async () => undefined,
    finish: () => renewPods(rotation, serviceSpec),
  }));
  for await (const { service, status, message } of work) {
    if (status === 'failure') failures.push(message);
    if (status === 'skipped') rotation.report.event(service, 'skipped', message);
  }
  if (failures.length > 0) throw new UserError(failures.join('\n'));
}

async function retireDatabaseLogins({ settings, stack, serviceSpecs, api, report }: Rotation): Promise<void> {
  const { workspaceRoot } = settings;
  const state = await readRotationState(api, stack, serviceSpecs);
  for (const { service, old, current } of supersededLogins(serviceSpecs, state)) {
    const pod = { context: api.context, stack, service };
    await psql(pod, await superuser(pod, [old.user]), retireLogins(service, current.user));
    await writeSecret(api, stack, databaseName(service), databaseSecret(current));
    await writeLocalCopy(api, stack, workspaceRoot, byName(serviceSpecs, service));
    report.event(databaseName(service), 'rotate', `the login ${old.user} has no password any more`);
  }
}

function unfinished(phase: Phase, reason: string): string {
  const kept = phase === 'retire' ? 'The new values are in use' : 'The old values still count';
  return `${reason}\nThe phase "${phase}" is not through. ${kept}, nothing is lost: mend it and run the same again, it goes on from here`;
}
