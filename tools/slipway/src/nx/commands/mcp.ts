import { parseArgs } from 'node:util';
import { EX_USAGE, exitCodeOf, explainError, messageOf, UserError } from '@slipway/util/errors';
import { readJson } from '@slipway/util/json';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { kindCluster } from '../../kubernetes/client/target.ts';
import { chooseSource } from '../../page/data/choose-source.ts';
import { logsRead } from '../../page/data/logs-read.ts';
import { openPageData } from '../../page/data/page-data.ts';
import { keepHeapSmall } from '../../page/keep-heap-small.ts';
import { loadMcp } from '../../page/mcp/load-mcp.ts';

const HELP = `Usage: npx slipway mcp [--stack NAME | --kind | --context NAME] [--write]

Serve the stack's state, requests and logs to a program over the Model Context Protocol, on standard input and output.

  --stack NAME    the stack of npm start -- --stack NAME; default: the one without a name
  --kind          the stack on kind
  --context NAME  the stack in the cluster of this kubeconfig context
  --write         also serve the tool that changes the stack: restarts, deploys, rolls back …; in development only`;

process.exitCode = await main();

async function main(): Promise<number> {
  let options;
  try {
    ({ values: options } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        kind: { type: 'boolean', default: false },
        stack: { type: 'string' },
        context: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    console.error(`✗ ${messageOf(error).split('. ')[0]}\n\n${HELP}`);
    return EX_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  try {
    await serve(options);
    return 0;
  } catch (error) {
    console.error(explainError(error));
    return exitCodeOf(error);
  }
}

/** Resolves when the client has disconnected. */
async function serve(options: { kind: boolean; stack?: string; context?: string; write: boolean }): Promise<void> {
  const { write: canAct, context } = options;
  if (canAct && context !== undefined && kindCluster(context) === undefined) {
    const hint = 'leave out --write: everything can be read';
    throw new UserError(`--write: "${context}" is no development cluster`, { hint, exitCode: EX_USAGE });
  }
  keepHeapSmall();
  const { createMcpServer, StdioServerTransport } = await loadMcp();
  const { source } = await chooseSource(workspaceRoot(process.cwd()), options);
  const data = openPageData(source, { isReadOnly: !canAct });
  const { version } = readJson<{ version: string }>(`${import.meta.dirname}/../../../package.json`);
  const server = createMcpServer(data, { version, canAct });
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await logsRead(data);
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
  await data.close();
}
