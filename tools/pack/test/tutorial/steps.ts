import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../foreign-workspace.ts';

/** What a block of the tutorial needs besides this machine. */
export type Need = 'registry' | 'cluster';
/** One block, in the page's order. `expected`: lines that its output has. */
export type Step =
  | { kind: 'file'; path: string; text: string }
  | { kind: 'commands'; line: number; lines: string[]; need?: Need; keepsRunning: boolean; expected: string[] }
  /** What keeps running ends before the next chapter. */
  | { kind: 'chapter'; title: string };

const FENCE = /^```(\w+)(?: (\S+))?$/;

/** The steps of docs/tutorial.md. */
export function tutorialSteps(): Step[] {
  const lines = readFileSync(join(repository, 'docs/tutorial.md'), 'utf8').split('\n');
  const steps: Step[] = [];
  let comment = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const title = /^## (.*)$/.exec(line)?.[1];
    if (title !== undefined) steps.push({ kind: 'chapter', title });
    comment = /^<!-- (.*) -->$/.exec(line)?.[1] ?? (line === '' ? comment : FENCE.test(line) ? comment : '');
    const [, language, path] = FENCE.exec(line) ?? [];
    if (language === undefined) continue;
    const end = lines.indexOf('```', at + 1);
    const body = lines.slice(at + 1, end);
    if (path !== undefined) steps.push({ kind: 'file', path, text: `${body.join('\n')}\n` });
    else if (language === 'sh') {
      const need = /^needs: (registry|cluster)$/.exec(comment)?.[1] as Need | undefined;
      const shared = { line: at + 2, lines: body, keepsRunning: comment === 'keeps running', expected: [] };
      steps.push({ kind: 'commands', ...shared, ...(need === undefined ? {} : { need }) });
    } else if (language === 'text') {
      const last = steps.at(-1);
      if (last?.kind !== 'commands') throw new Error(`tutorial.md:${at + 1}: an output that follows no command`);
      last.expected.push(...body);
    }
    comment = '';
    at = end;
  }
  return steps;
}
