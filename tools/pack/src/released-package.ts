import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Manifest = {
  name: string;
  version: string;
  files?: string[];
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  executors?: string;
  generators?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  nx?: { name?: string };
  [field: string]: unknown;
};

/** `folder` is relative to the workspace, e.g. `tools/slipway`. */
export type ReleasedPackage = { folder: string; manifest: Manifest };

/** The packages that `release.projects` of nx.json names: those that get a version get a tarball. */
export function releasedPackages(workspaceRoot: string): ReleasedPackage[] {
  const { release } = readJson<{ release: { projects: string[] } }>(join(workspaceRoot, 'nx.json'));
  const all = globSync('{libs,tools}/*/package.json', { cwd: workspaceRoot }).map((file) => ({
    folder: dirname(file),
    manifest: readJson<Manifest>(join(workspaceRoot, file)),
  }));
  return release.projects.map((project) => {
    const found = all.find(({ manifest }) => manifest.nx?.name === project);
    if (found === undefined) throw new Error(`nx.json: release.projects names "${project}", which no package has`);
    return found;
  });
}

export function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(file, 'utf8')) as Content;
}
