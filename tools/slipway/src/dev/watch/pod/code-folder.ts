import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The code that was sent into the pod; an emptyDir, so it outlives the container and ends with the pod. */
export type CodeFolder = {
  names: () => string[];
  /** Content in Base64. */
  put: (files: Record<string, string>) => void;
  /** Lets the entry find the packages of the image, whose own entry is `ofImage`. */
  linkPackages: (entry: string, ofImage: string) => void;
  path: (name: string) => string;
  /** The entry to begin with when the container starts again. */
  current: () => string | undefined;
  setCurrent: (name: string | undefined) => void;
  /** Removes entries (`main-….js` and their maps) other than these. */
  keepEntries: (names: string[]) => void;
};

const NAME = /^(?!\/)(?!.*(^|\/)\.{1,2}(\/|$))[^\0]+$/;
/** Hidden: it is no code. */
const CURRENT = '.current';

export function openCodeFolder(folder: string): CodeFolder {
  const path = (name: string) => join(folder, name);
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(`${name}.tmp`), content);
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
      for (const [name, content] of Object.entries(files)) {
        if (!NAME.test(name)) throw new Error(`"${name}" is no name for a file of code`);
        write(name, Buffer.from(content, 'base64'));
      }
    },
    linkPackages: (entry, ofImage) => {
      const service = dirname(entry);
      const image = service === '.' ? dirname(ofImage) : dirname(ofImage).slice(0, -service.length - 1);
      const links = [`${service}/packages`];
      for (let at = service; ; at = dirname(at)) {
        links.push(`${at}/node_modules`);
        if (at === '.') break;
      }
      for (const link of links) {
        if (!existsSync(join(image, link)) || existsSync(path(link))) continue;
        mkdirSync(dirname(path(link)), { recursive: true });
        symlinkSync(join(image, link), path(link));
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
        if (basename(name).startsWith('main-') && !kept.includes(name.replace(/\.map$/, ''))) rmSync(path(name));
      }
    },
  };
}
