import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Row } from './sample.ts';

type Result = {
  cluster: string;
  nodes: number;
  /** ISO 8601. */
  date: string;
  machine: { cores: number; model: string | undefined; load: number[] };
  rounds: number;
  rows: Row[];
};

/** Writes a run into the file of results, in the place of the last one on that cluster. */
export async function record(file: string, result: Result): Promise<void> {
  const before = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Result[]) : [];
  const all = [...before.filter(({ cluster }) => cluster !== result.cluster), result];
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(all, null, 2)}\n`);
  await rename(`${file}.part`, file);
}
