/** `npm run pack`: tarballs as a registry gets them. */
import { resolve, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { EX_USAGE, exitCodeOf, explainError } from '@slipway/util/errors';
import { workspaceRoot as rootOf } from '@slipway/util/workspace-root';
import { pack } from './pack.ts';

const HELP = `npm run pack -- [--to FOLDER]

Compile the packages that nx.json releases, and write their tarballs to FOLDER (default dist/tarballs). Refuses content
that must not be published: sources, tests, private packages, unresolvable imports.

  npm publish dist/tarballs/NAME.tgz publishes one; first run npx nx release to set the next version of all.`;

async function main(): Promise<number> {
  let options;
  try {
    const { values } = parseArgs({ options: { to: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
    options = values;
  } catch (error) {
    console.error(`✗ ${(error as Error).message.split('. ')[0]}\n\n${HELP}`);
    return EX_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const workspaceRoot = rootOf(import.meta.dirname);
  const destination = options.to === undefined ? join(workspaceRoot, 'dist', 'tarballs') : resolve(options.to);
  console.log('Compiling and packing');
  for (const { name, version, file, bytes } of await pack(workspaceRoot, destination)) {
    console.log(`  ${name} ${version}  ${(bytes / 1024).toFixed(0)} kB  ${relative(process.cwd(), file)}`);
  }
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(explainError(error));
  return exitCodeOf(error);
});
