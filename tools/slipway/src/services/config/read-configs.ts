import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import type { Problem } from '../../util/problems/problem.ts';
import { cacheDir } from '../../util/workspace/cache-dir.ts';
import type { ReaderMessage } from './reader.ts';
import { scriptFile } from '../../util/files/script-file.ts';

/**
 * `inputs`: the files of the workspace that were read for it, relative to the workspace; `packageFiles`: those of packages
 * and others outside, absolute.
 */
export type ConfigResult = { inputs: string[] } & ({ schema: unknown; packageFiles: string[] } | { problem: Problem });

/** How long a file may take to import, ms. */
const TIME_LIMIT_MS = 30_000;
/** How long the process may take to start, ms. */
const START_LIMIT_MS = 60_000;
const DATA_ONLY = 'it must be data without side effects';
const READER = scriptFile(import.meta.dirname, 'reader');

/**
 * Imports `files` (config.ts files, relative to the workspace) in a process of their own, which gets no environment and
 * ends at the time limit: what a file prints, waits for or breaks reaches nobody. Each file has a result.
 */
export async function readConfigs(
  workspaceRoot: string,
  files: string[],
  timeLimitMs = TIME_LIMIT_MS,
): Promise<Map<string, ConfigResult>> {
  const results = new Map<string, ConfigResult>();
  let rest = files;
  while (rest.length > 0) {
    await readInOneProcess(workspaceRoot, rest, timeLimitMs, results);
    rest = files.filter((file) => !results.has(file));
  }
  return results;
}

/** Ends with the first file that ends the process, or keeps it from going on. */
function readInOneProcess(
  workspaceRoot: string,
  files: string[],
  timeLimitMs: number,
  results: Map<string, ConfigResult>,
): Promise<void> {
  const reader = fork(
    READER,
    files.map((file) => join(workspaceRoot, file)),
    {
      cwd: workspaceRoot,
      execArgv: [],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(cacheDir(), 'compiled') },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  let [current = ''] = files;
  let isLate = false;
  const expire = () => {
    isLate = true;
    reader.kill('SIGKILL');
  };
  let timer = setTimeout(expire, START_LIMIT_MS);
  const fail = (message: string, hint: string) =>
    results.set(current, { inputs: [current], problem: { file: current, message, hint } });
  reader.on('message', (message: ReaderMessage) => {
    clearTimeout(timer);
    const file = relative(workspaceRoot, message.path);
    if (message.kind === 'begins') {
      current = file;
      timer = setTimeout(expire, timeLimitMs);
      return;
    }
    const inputs = [...new Set(message.inputs.flatMap((input) => inWorkspace(workspaceRoot, input) ?? []))].sort();
    const packageFiles = message.inputs.filter((input) => inWorkspace(workspaceRoot, input) === undefined);
    if (message.kind === 'read') results.set(file, { inputs, packageFiles, schema: message.schema });
    else results.set(file, { inputs, problem: toProblem(workspaceRoot, file, message) });
  });
  return new Promise((resolve, reject) => {
    reader.on('error', reject);
    reader.on('close', (code, signal) => {
      clearTimeout(timer);
      if (results.has(current)) return resolve();
      if (isLate)
        fail(
          `is not read within ${timeLimitMs / 1000} s`,
          `${DATA_ONLY}, and wait for nothing; on a machine that is only busy, try again`,
        );
      else fail(`ends the process that reads it (${signal ?? `exit code ${code}`})`, DATA_ONLY);
      resolve();
    });
  });
}

function inWorkspace(workspaceRoot: string, path: string): string | undefined {
  const inside = relative(workspaceRoot, path);
  const isOutside = inside === '' || inside.startsWith('..') || isAbsolute(inside);
  return isOutside || inside.split('/').includes('node_modules') ? undefined : inside;
}

function toProblem(
  workspaceRoot: string,
  file: string,
  { message, stack }: { message: string; stack: string },
): Problem {
  const what = message.replaceAll(`${workspaceRoot}/`, '');
  const missing = /^Cannot find (?:package|module) '([^']+)'/.exec(what)?.[1];
  if (missing !== undefined) {
    const line = lineWith(join(workspaceRoot, file), basename(missing));
    return { file, line, message: what, hint: 'correct the import, or add the package' };
  }
  // A syntax error names its place first, any other in its frames.
  const places = [...stack.matchAll(/(?:^|\(|at )(?:file:\/\/)?(\/[^\n():]+):(\d+)/gm)].map(([, path = '', line]) => ({
    file: inWorkspace(workspaceRoot, path),
    line: Number(line),
  }));
  const place = places.find((it) => it.file !== undefined && join(workspaceRoot, it.file) !== READER);
  const isSyntax = /SyntaxError/.test(stack);
  return {
    file: place?.file ?? file,
    line: place?.line,
    message: isSyntax ? `cannot be read as TypeScript: ${what}` : `throws on import: ${what}`,
    hint: isSyntax ? 'correct the line' : DATA_ONLY,
  };
}

function lineWith(path: string, text: string): number | undefined {
  const index = readFileSync(path, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text));
  return index < 0 ? undefined : index + 1;
}
