import { exitCodeOf, explainError } from '@slipway/util/errors';
import { printableJson, printableLine } from '@slipway/util/printable';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { readServiceSpecs } from '../../services/read-services.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import { packagesOf } from '../../images/build/packages-of.ts';
import { readPluginOptions } from '../../util/workspace/plugin-options.ts';
import { licenseProblems } from '../../images/sbom/license-problems.ts';
import { lockedPackages } from '../../images/sbom/npm-packages.ts';

const HELP = `npm run licenses: list the npm packages in the services' images, with their licences and the services that
bundle them. Fails if a licence is not allowed. --json prints them as one JSON array.`;

type Row = { name: string; version: string; license: string; services: string[] };

if (process.argv.includes('--help')) console.log(HELP);
else process.exitCode = await main(process.argv.includes('--json'));

async function main(isJson: boolean): Promise<number> {
  try {
    const rows = await bundledRows();
    if (isJson) console.log(printableJson(JSON.stringify(rows)));
    else
      for (const { name, version, license, services } of rows) {
        console.log(printableLine(`${license.padEnd(14)} ${`${name}@${version}`.padEnd(44)} ${services.join(', ')}`));
      }
    const problems = licenseProblems(rows, readPluginOptions(workspaceRoot(process.cwd())).licenses);
    if (problems.length > 0) throw new ValidationError(problems);
    return 0;
  } catch (error) {
    console.error(explainError(error));
    return exitCodeOf(error);
  }
}

/** Sorted by licence, then name. */
async function bundledRows(): Promise<Row[]> {
  const rows = new Map<string, Row>();
  const root = workspaceRoot(process.cwd());
  for (const serviceSpec of await readServiceSpecs(root)) {
    const npm = await packagesOf(root, serviceSpec);
    for (const { name, version, license } of lockedPackages(root, npm)) {
      const row = rows.get(`${name}@${version}`) ?? { name, version, license, services: [] };
      row.services.push(serviceSpec.name);
      rows.set(`${name}@${version}`, row);
    }
  }
  return [...rows.values()].sort((a, b) => a.license.localeCompare(b.license) || a.name.localeCompare(b.name));
}
