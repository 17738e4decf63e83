import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '@slipway/util/errors';
import { format, resolveConfig } from 'prettier';
import type { Judgement } from './judge-mutant.ts';

export const DOCUMENT = 'docs/reliability.md';
const BEGIN = '<!-- written by npm run chaos:mutants -- --write -->';
const END = '<!-- end of what is written -->';

/** One line per mutant: a table with the guards' sentences would be wider than a page. */
export function mutantTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(({ mutant: { name, guard, file, test }, verdict }) => {
    const where = 'chaos' in test ? 'e2e-k8s:chaos' : test.file;
    return `- \`${name}\`, ${verdict}: ${guard} (${basename(file)}, \`${where}\`)`;
  });
  return rows.join('\n');
}

/** Puts the table between the marks of the document. */
export async function writeTable(root: string, judgements: readonly Judgement[]): Promise<void> {
  const path = join(root, DOCUMENT);
  const [before, rest, ...more] = readFileSync(path, 'utf8').split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined || more.length > 0)
    throw new UserError('the marks of the table of mutants are not there once', {
      file: DOCUMENT,
      hint: `${BEGIN} … ${END}`,
    });
  const text = `${before}${BEGIN}\n\n${mutantTable(judgements)}\n\n${END}${after}`;
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
