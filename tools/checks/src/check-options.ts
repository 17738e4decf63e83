import { parseArgs } from 'node:util';
import type { Stage } from './stage.ts';

export class UsageError extends Error {}

export type CheckOptions = { help: boolean; isLong: boolean; selected: Set<string> };

export function checkHelp(stages: Stage[]): string {
  const width = Math.max(...stages.map(({ name }) => name.length));
  return `npm test -- [options]

Checks everything that this machine can check and ends with one line: N passed, N failed.

  --only STAGE[,STAGE]   these stages and no others
  --skip STAGE[,STAGE]   all but these and those that need them
  --cluster-long         the cluster's longer scenarios too, also those that delete the stack's data (npm run test:cluster)
  -h, --help             this text

Stages, in this order
${stages.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n')}

The cluster stages are left out where no container engine answers, but never when CI is set: then they install one.
Exit codes: 0 nothing failed, 1 something did, 64 wrong usage, 130 interrupted. What each stage printed is in
.slipway/checks/STAGE.log.`;
}

/** Options from the command line. Throws UsageError. */
export function checkOptions(args: string[], stages: Pick<Stage, 'name' | 'needs'>[]): CheckOptions {
  const { help, only, skip, 'cluster-long': isLong } = parse(args);
  const names = stages.map(({ name }) => name);
  const named = (lists: string[] = []) => lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  const unknown = [...named(only), ...named(skip)].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no stage ${unknown}; there are ${names.join(', ')}`);
  const skipped = new Set(named(skip));
  for (const { name, needs = [] } of stages) if (needs.some((need) => skipped.has(need))) skipped.add(name);
  const wanted = only === undefined ? names : names.filter((name) => named(only).includes(name));
  return { help, isLong, selected: new Set(wanted.filter((name) => !skipped.has(name))) };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        only: { type: 'string', multiple: true },
        skip: { type: 'string', multiple: true },
        'cluster-long': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    // Its first sentence names the argument; the others explain parseArgs.
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}
