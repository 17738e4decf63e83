import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The code that was sent into the pod; an emptyDir, so it outlives the container and ends with the pod. */
export type CodeFolder = {
  names: () => string[];
  put: (files: Record<string, string>) => void;
  path: (name: string) => string;
  /** The entry to begin with when the container starts again. */
  current: () => string | undefined;
  setCurrent: (name: string | undefined) => void;
  /** Removes entries (`main-….js` and their maps) other than these. */
  keepEntries: (names: string[]) => void;
};

const NAME = /^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/;
/** Hidden: it is no code. */
const CURRENT = '.current';

export function openCodeFolder(folder: string): CodeFolder {
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(`${name}.tmp`), text);
    renameSync(path(`${name}.tmp`), path(name));
  };
  const names = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((name) => !name.startsWith('.'));
  return {
    names,
    path,
    put: (files) => {
      for (const [name, text] of Object.entries(files)) {
        if (!NAME.test(name)) throw new Error(`"${name}" is no name for a file of code`);
        write(name, text);
      }
    },
    current: () => {
      if (!existsSync(path(CURRENT))) return undefined;
      const name = readFileSync(path(CURRENT), 'utf8');
      return existsSync(path(name)) ? name : undefined;
    },
    setCurrent: (name) => (name === undefined ? rmSync(path(CURRENT), { force: true }) : write(CURRENT, name)),
    keepEntries: (kept) => {
      for (const name of names()) {
        if (name.startsWith('main-') && !kept.includes(name.replace(/\.map$/, ''))) rmSync(path(name));
      }
    },
  };
}
