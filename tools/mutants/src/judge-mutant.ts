import { readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { mutate, type Mutant, type Verdict } from './mutant.ts';
import { runTest, type TestRun } from './run-test.ts';

export type Judgement = { mutant: Mutant; verdict: Verdict; seconds: number; output: string };

/** Runs the mutant's test with the guard taken out; `sound` is how it ran with the guard. The file is put back. */
export async function judgeMutant(
  mutant: Mutant,
  sound: TestRun,
  root: string,
  signal: AbortSignal,
): Promise<Judgement> {
  const file = join(root, mutant.file);
  const text = readFileSync(file, 'utf8');
  const mutated = mutate(mutant, text);
  if (mutated === undefined) return { mutant, verdict: 'misplaced', seconds: 0, output: '' };
  if (!sound.isGreen) return { mutant, verdict: 'unproven', seconds: sound.seconds, output: sound.output };
  if (!parses(mutant.file, mutated)) return { mutant, verdict: 'broken', seconds: 0, output: '' };
  writeFileSync(file, mutated);
  try {
    const { isGreen, seconds, output } = await runTest(mutant.test, root, signal);
    return { mutant, verdict: isGreen ? 'survived' : 'killed', seconds, output };
  } finally {
    writeFileSync(file, text);
  }
}

function parses(file: string, text: string): boolean {
  if (extname(file) !== '.ts') return true;
  try {
    transformSync(text, { loader: 'ts', logLevel: 'silent' });
    return true;
  } catch {
    return false;
  }
}
