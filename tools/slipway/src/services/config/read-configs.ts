import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Problem } from '../../util/problems/problem.ts';
import { cacheDir } from '../../util/workspace/cache-dir.ts';
import { scriptFile } from '../../util/files/script-file.ts';
import type { ReaderFailure, ReaderMessage } from './reader.ts';

/**
 * `inputs`: the files of the workspace that were read for it, relative to the workspace; `packageFiles`: those of packages
 * and others outside, absolute.
 */
export type ConfigResult = { inputs: string[] } & ({ schema: unknown; packageFiles: string[] } | { problem: Problem });

/** How long a file may take to be read, ms. */
const TIME_LIMIT_MS = 30_000;
/** How long the process may take to start, ms. */
const START_LIMIT_MS = 60_000;
const DATA_ONLY = 'it must be data without side effects';
const READER = scriptFile(import.meta.dirname, 'reader');
/** Beside and above the sources: what decides how they are compiled, and where their imports lead. */
const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'tsconfig.app.json', 'tsconfig.lib.json'];

/**
 * Reads `references` (`FILE#EXPORT`, relative to the workspace) in a separate process with an empty environment and
 * a time limit: what a file prints, waits for or breaks has no effect outside. Each reference has a result.
 */
export async function readConfigs(
  workspaceRoot: string,
  references: string[],
  timeLimitMs = TIME_LIMIT_MS,
): Promise<Map<string, ConfigResult>> {
  const results = new Map<string, ConfigResult>();
  let rest = references;
  while (rest.length > 0) {
    await readInOneProcess(workspaceRoot, rest, timeLimitMs, results);
    rest = references.filter((reference) => !results.has(reference));
  }
  return results;
}

/** Ends with the first file that ends the process, or keeps it from going on. */
function readInOneProcess(
  workspaceRoot: string,
  references: string[],
  timeLimitMs: number,
  results: Map<string, ConfigResult>,
): Promise<void> {
  const reader = fork(
    READER,
    references.map((reference) => join(workspaceRoot, reference)),
    {
      cwd: workspaceRoot,
      execArgv: [],
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(cacheDir(), 'compiled') },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  let [current = ''] = references;
  let isLate = false;
  const expire = () => {
    isLate = true;
    reader.kill('SIGKILL');
  };
  let timer = setTimeout(expire, START_LIMIT_MS);
  const fail = (message: string, hint: string) => {
    const file = fileOf(current);
    results.set(current, { inputs: [file], problem: { file, message, hint } });
  };
  reader.on('message', (message: ReaderMessage) => {
    clearTimeout(timer);
    const reference = relative(workspaceRoot, message.reference);
    if (message.kind === 'begins') {
      current = reference;
      timer = setTimeout(expire, timeLimitMs);
      return;
    }
    const sources = message.inputs.flatMap((input) => inWorkspace(workspaceRoot, input) ?? []);
    const inputs = [...new Set([...sources, ...settingsOf(workspaceRoot, sources)])].sort();
    const packageFiles = message.inputs.filter((input) => inWorkspace(workspaceRoot, input) === undefined);
    if (message.kind === 'read') results.set(reference, { inputs, packageFiles, schema: message.schema });
    else results.set(reference, { inputs, problem: toProblem(workspaceRoot, reference, message) });
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

function fileOf(reference: string): string {
  return reference.split('#')[0]!;
}

function inWorkspace(workspaceRoot: string, path: string): string | undefined {
  const inside = relative(workspaceRoot, path);
  const isOutside = inside === '' || inside.startsWith('..') || isAbsolute(inside);
  return isOutside || inside.split('/').includes('node_modules') ? undefined : inside;
}

function settingsOf(workspaceRoot: string, sources: string[]): string[] {
  const folders = new Set<string>(['.']);
  for (const source of sources)
    for (let folder = dirname(source); !folders.has(folder); folder = dirname(folder)) folders.add(folder);
  return [...folders]
    .flatMap((folder) => SETTINGS.map((name) => join(folder, name)))
    .filter((path) => existsSync(join(workspaceRoot, path)));
}

function toProblem(workspaceRoot: string, reference: string, failure: ReaderFailure): Problem {
  const { reason, missing, place } = failure;
  const [file = '', name = ''] = reference.split('#');
  const what = failure.message.replaceAll(`${workspaceRoot}/`, '');
  const at = (path: string) => inWorkspace(workspaceRoot, path) ?? file;
  switch (reason) {
    case 'not-compiled': {
      const where = place === undefined ? { file } : { file: at(place.file), line: place.line };
      if (missing !== undefined) return { ...where, message: what, hint: 'correct the import, or add the package' };
      return { ...where, message: `does not compile: ${what}`, hint: 'correct the line' };
    }
    case 'no-export':
      return { file, message: `exports no \`${name}\``, hint: `it exports: ${what === '' ? 'nothing' : what}` };
    case 'no-schema':
      return {
        file,
        message: `its export \`${name}\` ${what}`,
        hint:
          missing === undefined
            ? 'export an object schema of zod, valibot, arktype or TypeBox, or JSON Schema with properties'
            : `npm install ${missing}@latest`,
      };
    case 'thrown': {
      const places = [...failure.stack.matchAll(/(?:\(|at )(?:file:\/\/)?(\/[^\n():]+):(\d+)/gm)].map(
        ([, path = '', line]) => ({ file: inWorkspace(workspaceRoot, path), line: Number(line) }),
      );
      const frame = places.find((it) => it.file !== undefined && join(workspaceRoot, it.file) !== READER);
      return { file: frame?.file ?? file, line: frame?.line, message: `throws on import: ${what}`, hint: DATA_ONLY };
    }
  }
}
