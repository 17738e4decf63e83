import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, UserError } from '@slipway/util/errors';
import { unlessAborted } from '@slipway/util/interruption';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { MANAGED_BY_LABEL } from '../../kubernetes/labels.ts';
import type { StackContext } from './deploy-context.ts';
import { KubeError } from '../../kubernetes/client/kube-error.ts';

type Lease = KubernetesObject & { spec: { holderIdentity: string; renewTime: string; leaseDurationSeconds: number } };

type LockContext = Pick<StackContext, 'api' | 'stack' | 'report' | 'signal'>;

/** In this namespace because the stack's own comes and goes with the stack. */
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const DURATION_S = 15;
const RENEW_MS = 5_000;
/** How often a waiting deploy looks whether the lock is free, and for how long, ms. */
const LOOK_MS = 500;
const LONGEST_WAIT_MS = 15 * 60_000;

/**
 * Runs `work` while no other deploy of the stack runs: two at once would mistake each other's rollouts for their own. A
 * Lease that expires, so a killed deploy blocks others only briefly, and not at all on the same machine. Releases the
 * lock at once when `signal` aborts.
 */
export async function withDeployLock<Result>(context: LockContext, work: () => Promise<Result>): Promise<Result> {
  const { api, stack, report, signal } = context;
  const name = `slipway-${stack}`;
  await acquire(context, name);
  const renewal = setInterval(() => {
    api
      .send('PATCH', `${LEASES}/${name}`, { spec: { renewTime: now() } }, 'application/merge-patch+json')
      .catch((error: Error) => {
        report.event('stack', 'lock', `cannot be renewed: ${error.message}`);
      });
  }, RENEW_MS);
  renewal.unref();
  try {
    return await unlessAborted(signal, work());
  } finally {
    clearInterval(renewal);
    await api.send('DELETE', `${LEASES}/${name}`, undefined).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 404)) throw error;
    });
  }
}

async function acquire({ api, report, signal }: LockContext, name: string): Promise<void> {
  const spec = () => ({
    holderIdentity: `${hostname()}/${process.pid}`,
    renewTime: now(),
    leaseDurationSeconds: DURATION_S,
  });
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, labels: { [MANAGED_BY_LABEL]: 'slipway' } },
  };
  const end = Date.now() + LONGEST_WAIT_MS;
  let told = '';
  while (true) {
    try {
      const held = await api.get<Lease>(`${LEASES}/${name}`);
      if (held === undefined) {
        await api.send('POST', LEASES, { ...lease, spec: spec() });
        return;
      }
      if (isAbandoned(held)) {
        // With the version, the server refuses the write if another deploy was quicker.
        const metadata = { ...lease.metadata, resourceVersion: held.metadata.resourceVersion };
        await api.send('PUT', `${LEASES}/${name}`, { ...lease, metadata, spec: spec() });
        return;
      }
      const holder = held.spec.holderIdentity;
      if (Date.now() > end)
        throw new UserError(`another deploy (${holder}) has held the stack for ${LONGEST_WAIT_MS / 60_000} minutes`);
      if (holder !== told)
        report.event('stack', 'lock', `waiting for another deploy to end: process ${holder.replace('/', ' ')}`);
      told = holder;
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 409)) throw error;
    }
    await unlessAborted(signal, sleep(LOOK_MS));
  }
}

function isAbandoned({ spec: { holderIdentity, renewTime, leaseDurationSeconds } }: Lease): boolean {
  if (Date.now() - Date.parse(renewTime) > leaseDurationSeconds * 1000) return true;
  const [host, pid] = holderIdentity.split('/');
  return host === hostname() && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** MicroTime, as a Lease wants it. */
function now(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
