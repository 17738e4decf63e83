import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { serviceParents } from '../../services/service-roots.ts';
import { describeError, messageOf } from '@slipway/util/errors';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { Plan } from './plan.ts';
import type { RunningService } from './running-service.ts';
import { isPartOf } from './is-part-of.ts';
import { isSource, sourceFolders } from './source-folders.ts';
import { watchFolders, type FolderWatch } from './watch-folders.ts';

type WatchOptions = {
  workspaceRoot: string;
  services: LocalService[];
  plan: Plan;
  running: Map<string, RunningService>;
  output: Output;
  /** A service is there that was not. */
  onAdded: (service: LocalService) => Promise<void>;
  /** A service's folder is gone. */
  onRemoved: (name: string) => Promise<void>;
};

/** What decides about the environments besides the files that declare them, and about which services there are. */
const PLANNED = /\/(src\/config\.ts|\.env|k8s\/fragment\.yaml|slipway\.yaml)$/;

/**
 * Restarts, after each edit, the services that the edited files are part of, and those whose environment, build, command or
 * readiness route became another.
 * While the environments cannot be read, edits of the services that this is about are kept until they can.
 */
export function watchStack({
  workspaceRoot,
  services: planned,
  plan,
  running,
  output,
  onAdded,
  onRemoved,
}: WatchOptions): FolderWatch {
  let services = planned;
  /** Where services are: a new folder in there may be one. */
  const parents = serviceParents(workspaceRoot);
  const foldersOf = (service: LocalService) => sourceFolders(workspaceRoot, service.root);
  let folders = new Map(services.map((service) => [service.name, foldersOf(service)]));
  /** Edits of each service that no restart has been asked for yet. */
  const pending = new Map<string, Set<string>>();
  /** Edits since the environments were last read. */
  const unplanned = new Set<string>();
  let said = '';

  const concerns = (service: LocalService, paths: string[]) =>
    paths.filter((path) =>
      folders.get(service.name)?.some((folder) => {
        if (!path.startsWith(`${folder}/`)) return false;
        const inside = path.slice(folder.length + 1);
        // Whether an edit of .env concerns it is decided by its environment.
        if (inside === '.env') return false;
        return folder === service.root ? isPartOf(service, inside) : isSource(inside);
      }),
    );

  /** Reads the environments where that is due. False when they cannot be read. */
  const replan = async (paths: string[]): Promise<boolean> => {
    const declaring = services.map(({ configFile }) => configFile);
    for (const path of paths)
      if (PLANNED.test(path) || declaring.includes(path) || parents.includes(dirname(path))) unplanned.add(path);
    if (unplanned.size === 0) return true;
    try {
      services = await plan();
    } catch (error) {
      const message = describeError(error);
      if (message !== said)
        output.bad('The environment cannot be read; running services continue until it can', message.split('\n'));
      said = message;
      return false;
    }
    unplanned.clear();
    said = '';
    return true;
  };

  const addAndRemove = async (before: LocalService[]): Promise<void> => {
    for (const service of services)
      if (!before.some(({ name }) => name === service.name)) await attempt(() => onAdded(service));
    for (const { name } of before)
      if (!services.some((service) => service.name === name)) await attempt(() => onRemoved(name));
  };
  /** One service's trouble is no trouble of the others. */
  const attempt = (work: () => Promise<void>) =>
    work().catch((error: unknown) => {
      const [first = '', ...rest] = messageOf(error).split('\n');
      output.bad(first, rest);
    });

  const onChange = async (paths: string[]): Promise<void> => {
    const before = services;
    for (const service of before) {
      const kept = pending.get(service.name) ?? new Set();
      pending.set(service.name, new Set([...kept, ...concerns(service, paths)]));
    }
    const isPlanned = await replan(paths);
    await addAndRemove(before);
    for (const service of services) {
      const old = before.find(({ name }) => name === service.name);
      const edited = [...(pending.get(service.name) ?? [])];
      if (old === undefined) continue;
      if (
        !isPlanned &&
        [...unplanned].some((path) => path === service.configFile || path.startsWith(`${service.root}/`))
      )
        continue;
      pending.delete(service.name);
      if (!isDeepStrictEqual(service.database, old.database)) {
        output.bad(`${service.name} has another database now: stop everything and start again`);
      }
      const changed = !isDeepStrictEqual(runningParts(service), runningParts(old));
      if (edited.length === 0 && !changed) continue;
      running.get(service.name)?.restart(edited.length > 0 ? edited : paths.slice(0, 1), service);
    }
    folders = new Map(services.map((service) => [service.name, foldersOf(service)]));
    watcher.add([...folders.values()].flat());
  };

  let queue = Promise.resolve();
  const watched = [...parents, ...[...folders.values()].flat()];
  const watcher = watchFolders(workspaceRoot, watched, (paths) => {
    queue = queue
      .then(() => onChange(paths))
      .catch((error: unknown) => output.bad(`watching: ${describeError(error)}`));
  });
  return watcher;
}

/** What a process is started with: with another one of these it is another process. */
function runningParts({ environment, build, run, readyRoute }: LocalService): Partial<LocalService> {
  return {
    environment,
    ...(build === undefined ? {} : { build }),
    ...(run === undefined ? {} : { run }),
    ...(readyRoute === undefined ? {} : { readyRoute }),
  };
}
