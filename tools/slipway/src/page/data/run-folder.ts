import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@slipway/util/errors';
import { masked } from '@slipway/util/secret-mask';
import { PRIVATE, replaceFile } from '../../util/files/write-files.ts';
import { isRunRecord, type RunRecord } from './run-record.ts';

export const MOST_RUNS = 20;

/** The runs in a folder, the newest first. A file that holds none of this version of slipway is passed over. */
export async function readRuns(folder: string): Promise<RunRecord[]> {
  const runs = await Promise.all((await filesIn(folder)).map((file) => readRun(join(folder, file))));
  return runs.filter((run) => run !== undefined);
}

/** Writes a run, for this user alone and without secrets, and keeps the newest 20. */
export async function writeRun(folder: string, run: RunRecord): Promise<void> {
  // A colon is no part of a file's name everywhere.
  await replaceFile(join(folder, `${run.id.replaceAll(':', '-')}.json`), masked(JSON.stringify(run)), PRIVATE);
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
    return isRunRecord(run) ? run : undefined;
  } catch (error) {
    // Another page has just removed it, it was edited by hand, or is no file.
    if (['ENOENT', 'EISDIR'].includes(codeOf(error) ?? '') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
