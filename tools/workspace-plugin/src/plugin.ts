/**
 * Every package of this workspace gets `lint` and `typecheck`, and `test` where it has tests. These are the habits of this
 * workspace: the slipway plugin, which others use too, knows nothing of them.
 */
import { dirname, posix } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';
import {
  type CreateDependencies,
  type CreateNodes,
  DependencyType,
  type PostTasksExecution,
  type TargetConfiguration,
} from '@nx/devkit';

export const name = '@slipway/workspace-plugin';

/** As `workspaces` in package.json has them. */
const PACKAGES = '{package.json,{apps,libs,tools}/*/package.json,{e2e,e2e/{processes,scenarios},bench}/package.json}';
const TESTS = '{apps,libs,tools,e2e}/*/{test,test-long}/**/*.test.ts';

export const createNodes: CreateNodes = [
  `{${PACKAGES},${TESTS}}`,
  (files) => {
    const packages = files.filter((file) => posix.basename(file) === 'package.json');
    return packages.map((file) => {
      const root = dirname(file);
      const has = (folder: string) => files.some((path) => path.startsWith(`${root}/${folder}/`));
      const targets = {
        lint,
        ...(root === '.' ? {} : { typecheck }),
        ...(has('test') ? { test } : {}),
        ...(has('test-long') ? { 'test-long': testLong } : {}),
      };
      return [file, { projects: { [root]: { targets } } }] as const;
    });
  },
];

/** A package's own files and the sources of those that it depends on: types go through. */
const SOURCES = ['default', '^production'];
const lint: TargetConfiguration = {
  executor: '@slipway/workspace-plugin:lint',
  cache: true,
  inputs: [...SOURCES, '{workspaceRoot}/eslint.*.js', '{workspaceRoot}/tsconfig*.json'],
  metadata: { description: 'ESLint, with types and module boundaries; --fix mends what it can' },
};

const typecheck: TargetConfiguration = {
  executor: '@slipway/workspace-plugin:typecheck',
  cache: true,
  inputs: [...SOURCES, '{workspaceRoot}/tsconfig*.json'],
  metadata: { description: 'TypeScript' },
};

const test: TargetConfiguration = {
  executor: '@slipway/workspace-plugin:test',
  cache: true,
  // readInTests: what a package's tests read beyond its own files; see the package's package.json.
  inputs: [...SOURCES, 'readInTests'],
  // Nx knows no {targetName}.
  outputs: ['{workspaceRoot}/dist/tests/{projectName}-test.json'],
  metadata: { description: 'node:test; --file PART of a path, --name REGEXP of a test' },
};

const testLong: TargetConfiguration = {
  ...test,
  outputs: ['{workspaceRoot}/dist/tests/{projectName}-test-long.json'],
  options: { files: ['test-long/**/*.test.ts'], concurrency: 1, fileLimit: 1800 },
  metadata: { description: 'Tests that take minutes; npm run test:cluster runs them' },
};

/** The stack is what its services and slipway make of it: who drives the stack (e2e, seed, checks) depends on them. */
export const createDependencies: CreateDependencies = (_options, { projects }) => {
  if (projects.deploy === undefined) return [];
  const services = Object.keys(projects).filter((name) => projects[name]!.targets?.['deploy-kind'] !== undefined);
  return [...services, ...(projects.slipway === undefined ? [] : ['slipway'])].map((target) => ({
    source: 'deploy',
    target,
    type: DependencyType.implicit,
  }));
};

const SUCCESSES = ['success', 'local-cache', 'local-cache-kept-existing', 'remote-cache'];

/** Leaves what became of each task where SLIPWAY_TASK_RESULTS says: npm test counts by it. */
export const postTasksExecution: PostTasksExecution = (_options, { taskResults }) => {
  const file = process.env.SLIPWAY_TASK_RESULTS;
  if (file === undefined) return;
  const outcomes = Object.values(taskResults).map(({ task: { target }, status }) => ({
    project: target.project,
    target: target.target,
    // Of a cached task there is no exit code.
    isSuccess: SUCCESSES.includes(status),
  }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(outcomes));
};
