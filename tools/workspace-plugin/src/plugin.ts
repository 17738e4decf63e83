/**
 * Every package of this workspace gets `lint` and `typecheck`, and `test` where it has tests. These are the habits of this
 * workspace: the slipway plugin, which others use too, knows nothing of them.
 */
import { dirname, posix } from 'node:path';
import type { CreateNodes, TargetConfiguration } from '@nx/devkit';

export const name = '@slipway/workspace-plugin';

/** As `workspaces` in package.json has them. */
const PACKAGES = '{package.json,{apps,libs,tools}/*/package.json,{e2e,bench}/package.json}';
const TESTS = '{apps,libs,tools}/*/{test,test-long}/**/*.test.ts';

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
  outputs: ['{workspaceRoot}/dist/tests/{projectName}-{targetName}.json'],
  metadata: { description: 'node:test; --file PART of a path, --name REGEXP of a test' },
};

const testLong: TargetConfiguration = {
  ...test,
  options: { files: ['test-long/**/*.test.ts'], concurrency: 1 },
  metadata: { description: 'Tests that take minutes; npm run test:cluster runs them' },
};
