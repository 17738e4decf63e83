import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileLines } from './file-lines.ts';
import { localLogFile, localLogFolder } from './local-log-file.ts';
import { type LogLine, timedLines } from './log-line.ts';
import { FOLLOW_PATIENCE_MS, type LogSource } from './log-source.ts';
import { mergeByTime } from './merge-by-time.ts';
import { startCommand } from '../../util/commands.ts';

/** How often a folder that is followed is looked at for new files, ms. */
const LOOK_MS = 1000;

/** What `npm start` has written of each service on this machine. */
export function fileLogSource(
  workspaceRoot: string,
  stack?: string,
  logFolder: string = localLogFolder(stack),
): LogSource {
  return async ({ services, previous, follow, signal, note }) => {
    const merge = mergeByTime<LogLine>(follow ? FOLLOW_PATIENCE_MS : Infinity);
    const searched = new Set<string>();
    const folder = join(workspaceRoot, logFolder);
    const openFiles = () => {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      const all = names.flatMap((name) => /^([^.]+)\.log$/.exec(name)?.[1] ?? []);
      for (const service of all.filter((name) => services?.includes(name) ?? true)) {
        const files = localLogFile(workspaceRoot, logFolder, service);
        const wanted = [...(previous && existsSync(files.previous) ? [files.previous] : []), files.current];
        for (const file of wanted.filter((path) => !searched.has(path))) {
          searched.add(file);
          const isCurrent = file === files.current;
          merge.add(
            timedLines(fileLines(file, follow && isCurrent, signal), { service, pod: service, isDatabase: false }),
          );
        }
      }
    };
    openFiles();
    if (follow) {
      merge.add(untilAborted(openFiles, signal));
      signal.addEventListener('abort', merge.close);
    } else merge.close();
    if (searched.size === 0) note(`nothing is in ${logFolder}: ${startCommand()} writes it`);
    return { lines: merge.items, searched: [...searched].map((path) => path.slice(workspaceRoot.length + 1)) };
  };
}

/** A stream without items that looks again and again. */
async function* untilAborted(look: () => void, signal: AbortSignal): AsyncGenerator<never> {
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    look();
  }
}
