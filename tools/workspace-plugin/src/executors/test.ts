/** node:test over a project's files, each in a process with a time limit. Leaves the counts in dist/tests. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseEnv } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import type { TestCounts } from '../test-counts.ts';

type Options = {
  files: string[];
  file?: string;
  name?: string;
  concurrency: number;
  fileLimit: number;
  coverage?: { files: string[]; branches: number };
};

export async function test(options: Options, context: ExecutorContext): Promise<{ success: boolean }> {
  const { root, projectName = '', targetName = '' } = context;
  const folder = join(root, context.projectsConfigurations.projects[projectName]!.root);
  const report = join(root, 'dist/tests', `${projectName}-${targetName}.json`);
  rmSync(report, { force: true });
  const files = globSync(options.files, { cwd: folder })
    .filter((path) => path.includes(options.file ?? ''))
    .map((path) => join(folder, path))
    .sort();
  if (files.length === 0) {
    console.error(`✗ ${projectName} has no test file ${options.file ?? options.files.join(' ')}`);
    return { success: false };
  }
  const counts = await runFiles(files, options, folder);
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, JSON.stringify(counts));
  const isEmpty = counts.passed + counts.failed + counts.skipped === 0;
  if (isEmpty)
    console.error(`✗ ${projectName} has no test ${options.name === undefined ? 'at all' : `"${options.name}"`}`);
  return { success: counts.failed === 0 && !isEmpty };
}

/** Of a file without a test of that name node:test runs `before` and not `after`: what it has opened would keep it. */
const FORCE_EXIT = ['--test-force-exit'];

async function runFiles(files: string[], options: Options, folder: string): Promise<TestCounts> {
  const isWhole = options.file === undefined && options.name === undefined;
  const coverage = isWhole ? options.coverage : undefined;
  tidyEnvironment(folder, options.fileLimit);
  const counts: TestCounts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const stream = run({
    files,
    cwd: folder,
    concurrency: options.concurrency,
    execArgv: ['--import', import.meta.resolve('../file-limit.ts'), ...(options.name === undefined ? [] : FORCE_EXIT)],
    ...(options.name === undefined ? {} : { testNamePatterns: new RegExp(options.name) }),
    ...(coverage === undefined ? {} : { coverage: true, coverageIncludeGlobs: coverage.files }),
  });
  stream.on('test:fail', ({ name, file = '', nesting }) => {
    if (nesting > 0) return;
    const path = relative(folder, file);
    // A file that fails as a whole is reported under its path.
    counts.failures.push(path === '' || file.endsWith(name) ? path || name : `${path} › ${name}`);
  });
  // A file without a test counts as one that passed.
  let empty = 0;
  stream.on('test:pass', ({ name, file = '', nesting }) => {
    if (nesting === 0 && file !== '' && file.endsWith(name)) empty++;
  });
  stream.on('test:summary', ({ file, counts: { tests, passed, skipped, todo } }) => {
    if (file !== undefined) return;
    counts.passed = passed - empty;
    counts.skipped = skipped + todo;
    // Cancelled ones too.
    counts.failed = tests - passed - counts.skipped;
  });
  let covered = 100;
  stream.on('test:coverage', ({ summary }) => (covered = summary.totals.coveredBranchPercent));
  const output = stream.compose(new spec());
  output.pipe(process.stdout, { end: false });
  await finished(output);
  if (coverage !== undefined && covered < coverage.branches) {
    counts.failed += 1;
    const failure = `${covered.toFixed(1)} % of the branches are covered; at least ${coverage.branches} % must be`;
    counts.failures.push(failure);
    console.log(`✖ ${failure}`);
  }
  return counts;
}

/** Tests run as from a shell: without what Nx has read from the project's `.env` and without the variables of the task. */
function tidyEnvironment(folder: string, fileLimit: number): void {
  for (const [name, value] of Object.entries(readEnvFile(join(folder, '.env')))) {
    if (process.env[name] === value) delete process.env[name];
  }
  for (const name of Object.keys(process.env)) if (name.startsWith('NX_')) delete process.env[name];
  delete process.env.FORCE_COLOR;
  process.env.TEST_FILE_LIMIT = String(fileLimit);
}

function readEnvFile(path: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
