import { exitCodeOf, explainError } from '@slipway/util/errors';
import { printable, printableJson } from '@slipway/util/printable';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { doctor, formatFindings } from '../../operate/doctor/doctor.ts';
import { thisMachine } from '../../operate/doctor/this-machine.ts';

const HELP = `Usage: npx slipway doctor [--json]

Check this machine, this workspace and its cluster for everything that slipway needs. Prints a line per check, and a fix
per problem. Changes nothing. Exit code 1 if there is a problem.`;

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
