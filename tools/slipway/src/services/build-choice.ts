import type { Argv } from '@slipway/util/exec';
import { entryProblems } from './build-entry.ts';
import { isObject } from '../util/json-object.ts';
import type { Problem } from '../util/problems/problem.ts';
import { unknownKeys } from './unknown-keys.ts';

/** How a service is built, for its image and for this machine; absent: slipway bundles `src/main.ts`. */
export type BuildChoice =
  /** Nx runs the target; `entry` is the program in its output, relative to the service, or from `{workspaceRoot}/`. */
  | { target: string; entry: string }
  /** The container engine builds it. Both are relative to the service's folder; `context` is that folder without it. */
  | { dockerfile: string; context?: string }
  /** An image that was built elsewhere: NAME@sha256:…. */
  | { image: string };

/** How it runs on this machine, where that is another way than its build says. */
export type RunChoice = { target: string } | { command: Argv };

type ChoiceProblem = Omit<Problem, 'file'>;

const BUILDS = ['target', 'dockerfile', 'image'] as const;
const BUILD_HINT =
  'build: { target: build, entry: dist/main.js }, { dockerfile: Dockerfile } or { image: NAME@sha256:… }';
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** What is wrong with `build` of the slipway.yaml in `root`. */
export function buildProblems(root: string, build: unknown): ChoiceProblem[] {
  if (build === undefined) return [];
  const kinds = isObject(build) ? BUILDS.filter((kind) => kind in build) : [];
  const [kind] = kinds;
  if (!isObject(build) || kind === undefined || kinds.length > 1)
    return [{ key: 'build', message: 'must name exactly one way to build', hint: BUILD_HINT }];
  const known: Record<string, string[]> = { target: ['target', 'entry'], dockerfile: ['dockerfile', 'context'] };
  const problems = unknownKeys(build, known[kind] ?? [kind], 'build');
  for (const [key, value] of Object.entries(build))
    if (typeof value !== 'string' || value === '')
      problems.push({ key: `build.${key}`, message: 'is no text', hint: BUILD_HINT });
  if (problems.length > 0) return problems;
  if (kind === 'target' && build.entry === undefined)
    return [
      { key: 'build.entry', message: 'is missing: which file of the output is run?', hint: 'entry: dist/main.js' },
    ];
  if (kind === 'target') return entryProblems(root, String(build.entry));
  if (kind === 'image' && !DIGEST.test(String(build.image))) {
    const [name] = String(build.image).split('@');
    const hint = `a tag may be another image tomorrow: docker pull ${name} prints the digest, append it: NAME@sha256:…`;
    return [{ key: 'build.image', message: 'names no digest', hint }];
  }
  return [];
}

/** What is wrong with `run` of a slipway.yaml. */
export function runProblems(run: unknown): ChoiceProblem[] {
  return run === undefined ? [] : runnableProblems('run', run);
}

/** Problems of what names an Nx target or a command. */
export function runnableProblems(key: string, value: unknown): ChoiceProblem[] {
  const hint = `${key}: { target: serve }, or { command: [node, dist/main.js] }`;
  if (!isObject(value) || 'target' in value === 'command' in value)
    return [{ key, message: 'names neither a target nor a command, or both', hint }];
  const problems = unknownKeys(value, ['target', 'command'], key);
  const { target, command } = value;
  if ('target' in value && (typeof target !== 'string' || target === ''))
    problems.push({ key: `${key}.target`, message: 'is no name of an Nx target', hint });
  if ('command' in value && !isArgv(command))
    problems.push({ key: `${key}.command`, message: 'is no list of words', hint });
  return problems;
}

function isArgv(value: unknown): value is Argv {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string' && word !== '');
}
