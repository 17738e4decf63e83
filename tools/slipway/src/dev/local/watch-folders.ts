import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

/** Editors and git write many files in one go. */
const settleMs = 40;

const ignored = new Set(['node_modules', 'dist', 'test', 'test-results']);

export type FolderWatch = {
  /** Folders that are to be watched as well. */
  add(folders: string[]): void;
  close(): void;
};

/**
 * Calls `onChange` with the paths (relative to `base`) that changed beneath `folders`, once things have settled. One
 * watcher for each directory and not `recursive`, which on Linux Node emulates with a watcher for every single file.
 */
export function watchFolders(base: string, folders: string[], onChange: (paths: string[]) => void): FolderWatch {
  const watchers = new Map<string, { watcher: FSWatcher; inode: number }>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Watches `folder` and those beneath it; returns the files in there. */
  const add = (folder: string): string[] => {
    try {
      const watcher = watch(join(base, folder), (_, file) => note(folder, file));
      watcher.on('error', () => drop(folder));
      watchers.set(folder, { watcher, inode: statSync(join(base, folder)).ino });
      return readdirSync(join(base, folder), { withFileTypes: true }).flatMap((entry) => {
        if (entry.isFile()) return [`${folder}/${entry.name}`];
        const skip = !entry.isDirectory() || entry.name.startsWith('.') || ignored.has(entry.name);
        return skip || watchers.has(`${folder}/${entry.name}`) ? [] : add(`${folder}/${entry.name}`);
      });
    } catch {
      // It went away again.
      drop(folder);
      return [];
    }
  };
  const drop = (folder: string): void => {
    for (const [known, { watcher }] of watchers) {
      if (known !== folder && !known.startsWith(`${folder}/`)) continue;
      watcher.close();
      watchers.delete(known);
    }
  };
  const note = (folder: string, file: string | null): void => {
    if (file === null || ignored.has(file)) return;
    const path = `${folder}/${file}`;
    const stats = statSync(join(base, path), { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      // What happens inside a known directory its own watcher tells; a new one, or one in its place, is all news.
      if (file.startsWith('.') || watchers.get(path)?.inode === stats.ino) return;
      drop(path);
      for (const found of add(path)) changed.add(found);
    } else {
      drop(path);
      changed.add(path);
    }
    clearTimeout(timer);
    timer = setTimeout(report, settleMs);
  };
  const report = (): void => {
    const paths = [...changed].sort();
    changed.clear();
    if (paths.length > 0) onChange(paths);
  };

  const addAll = (more: string[]) => {
    for (const folder of more) if (!watchers.has(folder)) add(folder);
  };
  addAll(folders);
  return {
    add: addAll,
    close() {
      clearTimeout(timer);
      for (const { watcher } of watchers.values()) watcher.close();
    },
  };
}
