import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * A fake `kubectl exec`, first on the PATH: answers what contains `asked`, in the command or in what it reads, with
 * `answer`; the first that fits. Anything else gets nothing.
 */
export function fakeKubectl(answers: { asked: string; answer: string }[]): {
  calls: () => string;
  restore: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-fake-kubectl-'));
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  const cases = answers.map(({ asked, answer }, index) => {
    writeFileSync(join(folder, String(index)), answer);
    return `  *'${asked}'*) cat '${join(folder, String(index))}' ;;`;
  });
  const script = ['#!/bin/sh', 'input=$(cat)', 'all="$* $input"', `echo "$all" >>'${log}'`, 'case "$all" in'];
  writeFileSync(join(folder, 'kubectl'), [...script, ...cases, 'esac', ''].join('\n'));
  chmodSync(join(folder, 'kubectl'), 0o755);
  const { PATH } = process.env;
  process.env.PATH = [folder, PATH ?? ''].join(delimiter);
  return {
    calls: () => readFileSync(log, 'utf8'),
    restore: () => {
      process.env.PATH = PATH;
      rmSync(folder, { recursive: true });
    },
  };
}
