import { exitCodeOf, explainError } from '@slipway/util/errors';
import { printable, printableJson } from '@slipway/util/printable';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { doctor, formatFindings } from '../../operate/doctor/doctor.ts';
import { thisMachine } from '../../operate/doctor/this-machine.ts';

const HELP = `Usage: npx slipway doctor [--json]

Checks this machine, this workspace and its cluster for what slipway needs: a line for each, and for each problem one that
says how to solve it. Changes nothing. Exit code 1 when something is in the way.`;

if (process.argv.includes('--help')) console.log(HELP);
else process.exitCode = await main(process.argv.includes('--json'));

async function main(isJson: boolean): Promise<number> {
  try {
    const findings = await doctor(workspaceRoot(process.cwd()), thisMachine);
    console.log(isJson ? printableJson(JSON.stringify(findings)) : printable(formatFindings(findings)));
    return findings.some(({ state }) => state === 'problem') ? 1 : 0;
  } catch (error) {
    console.error(explainError(error));
    return exitCodeOf(error);
  }
}
