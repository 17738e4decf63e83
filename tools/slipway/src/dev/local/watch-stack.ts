import { isDeepStrictEqual } from 'node:util';
import type { LocalService } from './local-service.ts';
import type { Output } from './output.ts';
import type { Plan } from './plan.ts';
import type { RunningService } from './run-service.ts';
import { isSource, sourceFolders } from './source-folders.ts';
import { watchFolders, type FolderWatch } from './watch-folders.ts';

type WatchOptions = {
  workspaceRoot: string;
  services: LocalService[];
  plan: Plan;
  running: Map<string, RunningService>;
  output: Output;
};

/** Restarts, after each edit, the services that the edited files are part of, and those whose environment became another. */
export function watchStack({ workspaceRoot, services: planned, plan, running, output }: WatchOptions): FolderWatch {
  let services = planned;
  const foldersOf = (service: LocalService) => sourceFolders(workspaceRoot, service.root);
  let folders = new Map(services.map((service) => [service.name, foldersOf(service)]));

  const concerns = (service: LocalService, paths: string[]) =>
    paths.filter((path) =>
      folders.get(service.name)?.some((folder) => {
        if (!path.startsWith(`${folder}/`)) return false;
        const inside = path.slice(folder.length + 1);
        // Whether an edit of .env concerns it is decided by its environment.
        return inside !== '.env' && isSource(inside);
      }),
    );

  const onChange = async (paths: string[]): Promise<void> => {
    const before = services;
    if (paths.some((path) => /\/(src\/config\.ts|\.env)$/.test(path))) {
      try {
        const now = await plan();
        services = before.map((service) => now.find(({ name }) => name === service.name) ?? service);
      } catch (error) {
        output.bad('The environment cannot be read; what runs goes on', (error as Error).message.split('\n'));
        return;
      }
    }
    for (const [index, service] of services.entries()) {
      const old = before[index];
      const edited = concerns(service, paths);
      if (!isDeepStrictEqual(service.database, old?.database)) {
        output.bad(`${service.name} has another database now: stop everything and start again`);
      }
      const changed = !isDeepStrictEqual(service.environment, old?.environment);
      if (edited.length === 0 && !changed) continue;
      running.get(service.name)?.restart(edited.length > 0 ? edited : paths.slice(0, 1), service);
    }
    folders = new Map(services.map((service) => [service.name, foldersOf(service)]));
    watcher.add([...folders.values()].flat());
  };

  let queue = Promise.resolve();
  const watcher = watchFolders(workspaceRoot, [...folders.values()].flat(), (paths) => {
    queue = queue.then(() => onChange(paths)).catch((error: Error) => output.bad(`watching: ${error.stack}`));
  });
  return watcher;
}
