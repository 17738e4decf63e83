import { parseArgs } from 'node:util';
import { EX_USAGE, exitCodeOf, explainError, messageOf, UserError } from '@slipway/util/errors';
import { masked } from '@slipway/util/secret-mask';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { chooseSource } from '../../page/data/choose-source.ts';
import { openPageData } from '../../page/data/page-data.ts';
import { logsRead, twoLooks } from '../../page/data/logs-read.ts';
import { QUERIES } from '../../page/server/page-queries.ts';

const HELP = `Usage: npx slipway query QUERY [--stack NAME | --kind | --context NAME] [filters]

Print the answer to one of the page's queries as JSON: ${Object.keys(QUERIES).join(', ')}.

  --stack NAME      the stack of npm start -- --stack NAME; default: the one without a name
  --kind            the stack on kind
  --context NAME    the stack in the cluster of this kubeconfig context

Filters, each for the queries that know it (docs/page.md)
  --service NAME    logs (several), requests; needed by environment and service
  --find WORDS      logs: words and fields, e.g. 'status=503 durationMs>100'
  --level LEVEL     logs: the least level
  --request ID      logs: the lines of one request
  --route TEXT      requests: a part of 'GET /api/v1/products'
  --status CODE     requests: 503, or 5xx
  --min-ms MS       requests: those that took at least so long
  --id ID           request: its id
  --run ID          comparison: the run after the change; default: the newest
  --before ID       comparison: the run that it is compared with; default: the one before it
  --after N         logs: only lines with a greater number (seq)
  --limit N         logs, requests: at most so many, the newest; default 300`;

const FILTERS = [
  'find',
  'level',
  'request',
  'route',
  'status',
  'min-ms',
  'id',
  'run',
  'before',
  'after',
  'limit',
] as const;
const STRING = { type: 'string' } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  let given;
  try {
    given = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        // There is no other form; whoever asks for it as of other commands is not refused.
        json: { type: 'boolean', default: true },
        kind: { type: 'boolean', default: false },
        stack: STRING,
        context: STRING,
        service: { type: 'string', multiple: true, default: [] },
        ...({ find: STRING, level: STRING, request: STRING, route: STRING, status: STRING } as const),
        ...({ 'min-ms': STRING, id: STRING, run: STRING, before: STRING, after: STRING, limit: STRING } as const),
      },
    });
  } catch (error) {
    console.error(`✗ ${messageOf(error).split('. ')[0]}\n\n${HELP}`);
    return EX_USAGE;
  }
  const { values, positionals } = given;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [name = '', ...more] = positionals;
  if (!Object.hasOwn(QUERIES, name) || more.length > 0) {
    const what = positionals.length === 0 ? 'name a query' : `there is no query "${positionals.join(' ')}"`;
    console.error(`✗ ${what}\n\n${HELP}`);
    return EX_USAGE;
  }
  const parameters = new URLSearchParams(values.service.map((service): [string, string] => ['service', service]));
  for (const filter of FILTERS) if (values[filter] !== undefined) parameters.set(filter, values[filter]);
  try {
    console.log(await ask(name, parameters, values));
    return 0;
  } catch (error) {
    console.error(explainError(error));
    return exitCodeOf(error);
  }
}

async function ask(
  name: string,
  parameters: URLSearchParams,
  { kind, stack, context }: { kind: boolean; stack?: string | undefined; context?: string | undefined },
): Promise<string> {
  const { source } = await chooseSource(workspaceRoot(process.cwd()), {
    kind,
    ...(stack === undefined ? {} : { stack }),
    ...(context === undefined ? {} : { context }),
  });
  const data = openPageData(source, { isReadOnly: true });
  try {
    if (name === 'status') await twoLooks(data);
    else if (['logs', 'requests', 'request'].includes(name)) await logsRead(data);
    const answer = await QUERIES[name]!(data, parameters);
    if (answer === undefined)
      throw new UserError(`${name} finds nothing${parameters.size === 0 ? '' : ` for ${parameters}`}`, {
        hint: 'npx slipway query --help lists the filters',
      });
    return masked(JSON.stringify(answer, null, process.stdout.isTTY ? 2 : 0));
  } finally {
    await data.close();
  }
}
