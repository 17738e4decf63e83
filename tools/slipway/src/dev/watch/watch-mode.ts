import { describeError, UserError } from '@slipway/util/errors';
import { readServiceSpecs } from '../../services/read-services.ts';
import { selectServices } from '../../services/select-services.ts';
import { openCluster } from '../../kubernetes/client/open-cluster.ts';
import { contextName } from '../../kubernetes/client/target.ts';
import { watchFolders } from '../local/watch-folders.ts';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { deploy } from '../../deploy/deploy.ts';
import type { Session } from '../../deploy/context/deploy-context.ts';
import { allSucceeded } from '../../services/run-in-dependency-order.ts';
import { followSynced } from './follow-synced.ts';
import { lastSave } from './last-save.ts';
import type { Outcome } from './pod/protocol.ts';
import { putImagesBack } from './put-images-back.ts';
import { reportDied, reportSync } from './report-sync.ts';
import { runnerScript } from './runner-script.ts';
import { openSyncedPods } from './synced-pods.ts';
import { type WatchedService, watchService } from './watched-service.ts';
import { whileTold } from './while-told.ts';

export type WatchOptions = {
  /** Services to watch; all without it. */
  only?: string[];
  /** kubeconfig context; default: the kind cluster's. */
  context?: string;
  /** Longest wait for one workload, seconds. */
  timeout: number;
};

/** A deploy that has begun is not cut short: half of one would have to be put back. */
const toTheEnd = new AbortController().signal;

/**
 * Takes the services over and brings every save into the cluster, until `signal` aborts; then puts their images back.
 * Throws what hinders it from beginning or from putting them back.
 */
export async function watchMode(session: Session, { only, context, timeout }: WatchOptions): Promise<void> {
  const { settings, report, signal } = session;
  const { workspaceRoot, stack } = settings;
  const selected = selectServices(await readServiceSpecs(workspaceRoot), only);
  const services = selected.map(({ root }) => watchService(workspaceRoot, root));
  const names = services.map(({ name }) => name);
  const devRunner = await runnerScript();
  /** Deployments as the files declared them when they were last deployed. */
  const declared = new Map<string, KubernetesObject>();
  const options = { ...(context === undefined ? {} : { context }), timeout, force: true };
  const uninterrupted = { ...session, signal: toTheEnd };

  const following = new Map<string, AbortController>();

  /** A deploy whose pods take new code. False when one of the services does not get ready. */
  async function takeOver(taken: WatchedService[]): Promise<boolean> {
    await Promise.all(taken.map((service) => service.begin()));
    const takenNames = taken.map(({ name }) => name);
    const result = await deploy(uninterrupted, takenNames, { ...options, devRunner });
    for (const object of result.declared) if (object.kind === 'Deployment') declared.set(object.metadata.name, object);
    for (const { service, status } of result.services) {
      if (status !== 'success') taken.find(({ name }) => name === service)?.forget();
    }
    return allSucceeded(result.services);
  }

  // What is saved while the services are being taken over is looked at afterwards.
  const started = Promise.withResolvers<void>();
  let queue = started.promise;
  const enqueue = (work: () => Promise<void>) => {
    queue = queue.then(work).catch((error: unknown) => report.block('stack', 'FAILED', describeError(error)));
  };
  const watcher = watchFolders(
    workspaceRoot,
    services.flatMap((service) => service.folders()),
    (paths) => enqueue(() => onChange(paths)),
  );
  if (!(await takeOver(services).catch(closeAndThrow))) {
    closeAndThrow(
      new UserError('not every service could be taken over, see FAILED above; the next deploy restores the images'),
    );
  }
  const api = await openCluster(contextName(settings.cluster, context));
  const catchUp = async () => {
    for (const service of services) await service.catchUp(await pods.links(service.name));
  };
  const pods = await openSyncedPods(api, stack, {
    changed: () => enqueue(catchUp),
    died: (service, pod, died) => {
      services.find(({ name }) => name === service)?.forget();
      reportDied(report, service, pod, died);
    },
  });

  function closeAndThrow(error: Error): never {
    watcher.close();
    throw error;
  }

  async function onChange(paths: string[]): Promise<void> {
    const savedAt = await lastSave(workspaceRoot, paths);
    const ways = await Promise.all(services.map((service) => follow(service, paths, savedAt)));
    const deployed = services.filter((_, index) => ways[index] === 'deploy');
    if (deployed.length > 0) await takeOver(deployed);
    watcher.add(services.flatMap((service) => service.folders()));
  }

  /** Syncs, or says that it takes a deploy. A problem of one service is no problem of the others. */
  async function follow(service: WatchedService, paths: string[], savedAt: number): Promise<'deploy' | undefined> {
    const { name } = service;
    try {
      const way = await service.changeActionOf(paths);
      if (way.way === 'deploy') {
        report.event(name, 'watch', `${way.because} changed: that takes new pods`);
        return 'deploy';
      }
      if (way.way === 'none') return undefined;
      const result = await whileTold(
        report,
        name,
        service.sync(() => pods.links(name)),
      );
      if (result === 'deploy') {
        report.event(name, 'watch', 'it needs other packages than its image has: that takes new pods');
        return 'deploy';
      }
      if (result?.outcomes.size === 0) {
        report.event(name, 'watch', 'another deploy has replaced its pods: taking it over again');
        return 'deploy';
      }
      reportSync(report, name, { paths: way.paths, savedAt }, result);
      if (result !== undefined) followUp(name, result.outcomes);
    } catch (error) {
      report.block(name, 'FAILED', `${describeError(error)}\nwhat ran before goes on serving`);
    }
    return undefined;
  }

  /** Beside later saves, which may mend it; the next one of the service ends it. */
  function followUp(name: string, outcomes: Map<string, Outcome>): void {
    following.get(name)?.abort();
    const abort = new AbortController();
    following.set(name, abort);
    const taken = [...outcomes].filter(([, { status }]) => status === 'serving').map(([pod]) => pod);
    const follow = { report, signal: abort.signal, timeoutMs: timeout * 1000 };
    void followSynced(name, taken, (pod) => pods.failingChecks(pod), follow);
  }

  report.event('stack', 'watch', `${names.join(', ')}: a saved file is live; Ctrl-C restores the images`);
  started.resolve();
  try {
    await Promise.race([aborted(signal), pods.failed]);
  } finally {
    watcher.close();
    await queue;
    for (const abort of following.values()) abort.abort();
    pods.close();
    await Promise.all(services.map((service) => service.close()));
    report.event('stack', 'watch', `leaving: putting the images of ${names.join(', ')} back`);
    await putImagesBack({ session: uninterrupted, api, names, declared, options });
    await api.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));
}
