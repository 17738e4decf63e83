/** Runs the test executor over a folder, for a test: node:test does not run files inside a test file. */
import { test } from '../src/executors/test.ts';

const [root = '', options = '{}'] = process.argv.slice(2);
const { success } = await test(
  { files: ['*.test.mjs'], concurrency: 2, fileLimit: 60, ...(JSON.parse(options) as object) },
  {
    root,
    cwd: root,
    isVerbose: false,
    projectName: 'sample',
    targetName: 'test',
    nxJsonConfiguration: {},
    projectGraph: { nodes: {}, dependencies: {} },
    projectsConfigurations: { version: 2, projects: { sample: { root: 'sample' } } },
  },
);
process.exitCode = success ? 0 : 1;
