import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../../../..');
export type Command = { file: string; line: number; text: string };

/** Placeholders and quotes that people replace, comments, and what follows in a pipe. */
const END = /(?:\s#|\s{2,}|[|;&>)]|,\s|$).*$/;

/** Every command that a document shows, in a block of shell or as code in a line: from `npx` on. */
export function documentedCommands(file: string): Command[] {
  const lines = readFileSync(join(repository, file), 'utf8').split('\n');
  let inShell = false;
  return lines.flatMap((text, index) => {
    const fence = /^\s*```(\w*)/.exec(text);
    if (fence !== null) {
      inShell = fence[1] === 'sh';
      return [];
    }
    const codes = inShell ? [text] : [...text.matchAll(/`(npx [^`]+)`/g)].map(([, code]) => code!);
    return codes
      .flatMap((code) => /npx (?:nx|slipway) .*/.exec(code)?.[0] ?? [])
      .map((command) => ({ file, line: index + 1, text: command.replace(END, '').trim() }));
  });
}
