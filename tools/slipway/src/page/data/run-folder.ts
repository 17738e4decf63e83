import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@slipway/util/errors';
import { isObject } from '../../util/json-object.ts';
import { replaceFile } from '../../util/files/write-files.ts';
import type { RunRecord } from './run-record.ts';

const MOST_RUNS = 20;
/** Lines may name what only this user may read. */
const PRIVATE = 0o600;

/** The runs in a folder, the newest first. A file that another version of slipway has written is passed over. */
export async function readRuns(folder: string): Promise<RunRecord[]> {
  const runs = await Promise.all((await filesIn(folder)).map((file) => readRun(join(folder, file))));
  return runs.filter((run) => run !== undefined);
}

/** Writes a run and keeps the newest 20. */
export async function writeRun(folder: string, run: RunRecord): Promise<void> {
  // A colon is no part of a file's name everywhere.
  await replaceFile(join(folder, `${run.id.replaceAll(':', '-')}.json`), JSON.stringify(run), PRIVATE);
  const old = (await filesIn(folder)).slice(MOST_RUNS);
  await Promise.all(old.map((file) => rm(join(folder, file), { force: true })));
}

async function filesIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return files
    .filter((file) => file.endsWith('.json'))
    .sort()
    .reverse();
}

async function readRun(file: string): Promise<RunRecord | undefined> {
  try {
    const run: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isObject(run) && run.version === 1 ? (run as RunRecord) : undefined;
  } catch (error) {
    // Another page has just removed it, or it was edited by hand.
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
