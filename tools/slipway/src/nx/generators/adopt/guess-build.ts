import { posix } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import type { BuildChoice } from '../../../services/build-choice.ts';
import { entryProblems } from '../../../services/build-entry.ts';

/** What esbuild compiles without the types that such a decorator asks for at run time. */
const NEEDS_METADATA =
  /\bfrom ['"](?:@nestjs\/core|reflect-metadata|typeorm|type-graphql|inversify)['"]|^import ['"]reflect-metadata/m;
const FROM_ROOT = '{workspaceRoot}/';

export type BuildGuess = { build?: BuildChoice; guess?: string };

/** How an app is built; neither: slipway bundles `src/main.ts`. `exists` takes a path relative to the app. */
export function guessBuild(
  { root, targets = {} }: ProjectConfiguration,
  exists: (path: string) => boolean,
  sources: string[],
): BuildGuess {
  const hasMain = exists('src/main.ts');
  const isBundled = hasMain && !sources.some((text) => NEEDS_METADATA.test(text));
  if (isBundled) return {};
  const entry = targets.build === undefined ? undefined : entryOf(root, targets.build);
  if (entry !== undefined && entryProblems(root, entry).length === 0) {
    const why = hasMain ? 'its decorators need its own compiler' : 'it has no src/main.ts';
    return { build: { target: 'build', entry }, guess: `the target build makes ${entry}: ${why}` };
  }
  if (exists('Dockerfile')) return { build: { dockerfile: 'Dockerfile' }, guess: 'its Dockerfile builds its image' };
  if (hasMain)
    return { guess: 'its decorators need a compiler of types: add build: { target, entry } for a target that has one' };
  return { guess: 'src/main.ts is missing, and so are a Dockerfile and a target build: add build to slipway.yaml' };
}

/** The program that a build target makes, as slipway.yaml names it; undefined when the target does not say. */
function entryOf(root: string, { options = {}, outputs = [] }: TargetConfiguration): string | undefined {
  const { outputPath, main, outputFileName } = options as Partial<Record<string, unknown>>;
  const folder =
    typeof outputPath === 'string' ? outputPath : outputs.map((path) => inWorkspace(root, path)).find(isFolder);
  if (folder === undefined) return undefined;
  const name =
    typeof outputFileName === 'string'
      ? outputFileName
      : posix.basename(typeof main === 'string' ? main : 'main.ts').replace(/\.[cm]?tsx?$/, '.js');
  const path = posix.join(folder, name);
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : `${FROM_ROOT}${path}`;
}

function inWorkspace(root: string, output: string): string {
  return posix.normalize(output.replace('{projectRoot}', root).replace(FROM_ROOT, ''));
}

/** Neither a pattern nor a single file. */
function isFolder(path: string): boolean {
  return !/[*{]/.test(path) && posix.extname(path) === '';
}
