import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Problem } from '../../util/problems/problem.ts';
import type { BundleFile } from './bundle-file.ts';
import { filesBelow } from './files-below.ts';
import { findPackage } from './package-closure.ts';
import { packageFolder } from './package-folder.ts';
import type { References } from './source-place-plugin.ts';

/** What a service has beside its bundle. */
export type BesideFiles = {
  /** Sources that are loaded by path, e.g. workers: each is a program of its own. */
  programs: string[];
  /** Data, where code looks for them. */
  assets: string[];
  /** Packages that are named by path or by require(), relative to the workspace. */
  packages: string[];
  /** Folders with the service's and its libraries' sources: a new file in one may be part of the whole. */
  folders: string[];
  problems: Problem[];
};

const CODE = /\.[cm]?[jt]sx?$/;
const TYPES = /\.d\.[cm]?ts$/;

/** `inputs`: the sources in the bundle. Everything is relative to the workspace. */
export function besideFiles(workspaceRoot: string, inputs: string[], references: References): BesideFiles {
  const ours = inputs.filter((file) => packageFolder(file) === undefined);
  const folders = [...new Set(ours.map((file) => ownerOf(workspaceRoot, file)))].sort();
  const assets = new Set(folders.flatMap((folder) => dataOf(workspaceRoot, folder)));
  const programs = new Set<string>();
  const packages = new Set<string>();
  const problems: Problem[] = [];
  const add = (file: string) => {
    if (!CODE.test(file)) assets.add(file);
    else if (!TYPES.test(file)) programs.add(file);
  };

  for (const [file, all] of references) {
    let hasCode = false;
    for (const reference of all) {
      if (reference.kind === 'package') {
        const found = findNamed(workspaceRoot, dirname(file), reference.name);
        if (found !== undefined) packages.add(found);
      }
      if (reference.kind !== 'file') continue;
      const path = relative(workspaceRoot, reference.path);
      const { line } = reference;
      const ofPackage = packageFolder(path);
      if (path.startsWith('..')) {
        const message = `reads ${reference.path}, which is outside of the workspace`;
        problems.push({ file, line, message, hint: 'keep the file in the workspace' });
      } else if (ofPackage !== undefined) {
        packages.add(ofPackage);
      } else if (isFolder(join(workspaceRoot, path))) {
        const isWide = folders.some((folder) => folder === path || folder.startsWith(`${path}/`)) || path === '';
        if (isWide && reference.isPrefix) {
          const message = `reads files of ${path || 'the workspace'} whose names are known only when it runs`;
          const hint =
            'keep them in a folder of their own, and name it: new URL(`./templates/${name}`, import.meta.url)';
          problems.push({ file, line, message, hint });
        }
        if (isWide) continue;
        const isSource = folders.some((folder) => path === `${folder}/src`);
        const below = filesBelow(workspaceRoot, path).filter((found) => !isSource || !CODE.test(found));
        below.forEach(add);
        hasCode ||= below.some((found) => CODE.test(found));
      } else if (existsSync(join(workspaceRoot, path)) && !basename(path).startsWith('.')) {
        add(path);
        hasCode ||= CODE.test(path);
      }
    }
    if (hasCode) continue;
    for (const reference of all) {
      if (reference.kind !== 'unknown') continue;
      const message = `${reference.what} loads code whose file cannot be read off the source`;
      const hint = 'name it: new URL(`./folder/file.ts`, import.meta.url), or import(`./folder/${name}.ts`)';
      problems.push({ file, line: reference.line, message, hint });
    }
  }
  return {
    programs: [...programs].sort(),
    assets: [...assets].sort(),
    packages: [...packages].sort(),
    folders,
    problems,
  };
}

/** The assets with their content; programs are stubs made from the bundle. */
export function readAssets(workspaceRoot: string, paths: string[]): BundleFile[] {
  return paths.map((path) => ({ path, bytes: readFileSync(join(workspaceRoot, path)) }));
}

/** Templates and the like lie beside the sources or in assets/. */
function dataOf(workspaceRoot: string, folder: string): string[] {
  const below = ['src', 'assets'].flatMap((name) => {
    const path = folder === '.' ? name : `${folder}/${name}`;
    if (!isFolder(join(workspaceRoot, path))) return [];
    return filesBelow(workspaceRoot, path).filter((file) => name === 'assets' || !CODE.test(file));
  });
  const manifest = join(folder, 'package.json');
  return existsSync(join(workspaceRoot, manifest)) && folder !== '.' ? [manifest, ...below] : below;
}

/** The nearest folder above that is a package; else the one above `src`, else the file's own. */
function ownerOf(workspaceRoot: string, file: string): string {
  for (let at = dirname(file); at !== '.'; at = dirname(at)) {
    if (existsSync(join(workspaceRoot, at, 'package.json'))) return at;
  }
  const source = file.lastIndexOf('/src/');
  return source > 0 ? file.slice(0, source) : dirname(file);
}

/** `@scope/name/file` → the folder of `@scope/name`. */
function findNamed(workspaceRoot: string, folder: string, specifier: string): string | undefined {
  const [first = '', second] = specifier.split('/');
  return findPackage(workspaceRoot, folder, first.startsWith('@') ? `${first}/${second}` : first);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
