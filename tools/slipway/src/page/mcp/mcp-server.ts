import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { describeError, UserError } from '@slipway/util/errors';
import { masked } from '@slipway/util/secret-mask';
import { z } from 'zod';
import { levelNumber } from '../../operate/logs/log-level.ts';
import { actionIn, STACK_ACTION_KINDS } from '../data/action-in.ts';
import { describeAction } from '../data/describe-action.ts';
import type { PageData } from '../data/page-data.ts';
import { wordsIn } from '../data/words-in.ts';

const MOST = 200;
const DEFAULT_LIMIT = 50;
const limit = z.number().int().min(1).max(MOST).default(DEFAULT_LIMIT).describe('at most so many, the newest');
const service = z.string().describe("a service's name, as status has it");
const READS = { readOnlyHint: true, openWorldHint: false };

/** The page's queries as tools of the Model Context Protocol. `canAct`: also those that change something. */
export function createMcpServer(data: PageData, { version, canAct }: { version: string; canAct: boolean }): McpServer {
  const server = new McpServer({ name: 'slipway', version });

  server.registerTool(
    'status',
    {
      description:
        'What is wrong with the stack and why, causes before effects, each with its evidence and the command that helps; then the state of services and databases. Ask this first.',
      annotations: READS,
    },
    () =>
      answer(async () => {
        const { findings, isReady, title, services, databases } = await data.status();
        return { title, isReady, findings, services, databases };
      }),
  );
  server.registerTool(
    'map',
    {
      description: 'Which service calls which, as declared, with what was seen of each call in the last 30 s.',
      annotations: READS,
    },
    () => answer(async () => (await data.status()).edges),
  );
  server.registerTool(
    'deploys',
    {
      description:
        'What was started and deployed, newest first: the starts of each service of npm start with the edit that caused one, timed deploys with their critical path, revisions in the cluster, and actions asked of this server.',
      annotations: READS,
    },
    () =>
      answer(async () => {
        const [{ starts, activities }, deployed] = await Promise.all([data.status(), data.deploys()]);
        return { starts, activities, ...deployed };
      }),
  );
  server.registerTool(
    'diff',
    {
      description:
        'What a deploy of the working tree would change in the cluster, object by object. Builds the images: takes seconds.',
      annotations: READS,
    },
    () => answer(() => data.diff()),
  );
  server.registerTool(
    'service',
    {
      description: 'The pods or the process of a service, its revisions, and its probes.',
      inputSchema: { service },
      annotations: READS,
    },
    ({ service: name }) => answer(async () => found(await data.details(name), `there is no service "${name}"`)),
  );
  server.registerTool(
    'logs',
    {
      description: 'Log lines of all services by time.',
      inputSchema: {
        find: z
          .string()
          .optional()
          .describe('words that a line must have; key=value, key>number, key<number for fields'),
        service: service.optional(),
        level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).optional().describe('the least level'),
        limit,
      },
      annotations: READS,
    },
    ({ find, service: name, level, limit: most }) =>
      answer(() =>
        data.logs.find({
          limit: most,
          words: wordsIn(find),
          services: name === undefined ? undefined : [name],
          level: level === undefined ? undefined : levelNumber(level),
        }),
      ),
  );
  server.registerTool(
    'requests',
    {
      description: 'Finished requests, newest first, with their status, duration and whom they waited for.',
      inputSchema: {
        route: z.string().optional().describe('a part of "GET /api/v1/products"'),
        service: service.optional(),
        status: z.string().optional().describe('503, or 5xx'),
        minMs: z.number().optional().describe('only those that took so long, ms'),
        limit,
      },
      annotations: READS,
    },
    ({ route, service: name, status, minMs, limit: most }) =>
      answer(() => data.requests.find({ limit: most, route, service: name, status, minMs })),
  );
  server.registerTool(
    'request',
    {
      description: "One request: each service's part of it, its spans, and all its log lines.",
      inputSchema: { id: z.string().describe('its request id') },
      annotations: READS,
    },
    ({ id }) => answer(() => found(data.request(id), `no line of request "${id}" is kept`)),
  );
  server.registerTool(
    'environment',
    {
      description:
        'The keys of the environment of a service: what each is, where it is declared, where its value comes from. Secrets, and what .env sets, have no value here.',
      inputSchema: { service },
      annotations: READS,
    },
    ({ service: name }) => answer(async () => found(await data.environment(name), `there is no service "${name}"`)),
  );
  server.registerTool(
    'runs',
    {
      description:
        'The kept runs of the page, and two of them compared: latency and SQL statements per route, new warnings. By default the newest with the one before it.',
      inputSchema: {
        run: z.string().optional().describe('id of the run after the change'),
        before: z.string().optional().describe('id of the run that it is compared with'),
      },
      annotations: READS,
    },
    ({ run, before }) =>
      answer(async () => {
        const { runs } = await data.runs.list();
        const isAny = runs.length > 0 || run !== undefined || before !== undefined;
        const comparison = isAny && found(await data.runs.compare(before, run), 'there is no such run');
        return { runs, ...(comparison === false ? {} : { comparison }) };
      }),
  );
  if (canAct)
    server.registerTool(
      'act',
      {
        description:
          'Restarts, stops, starts or deploys a service, rolls it back, deletes all data of its database (reset), changes its log level for ten minutes, or seeds the stack. status lists what a service offers.',
        inputSchema: {
          kind: z.enum(STACK_ACTION_KINDS),
          service: service.optional().describe('needed by all but seed'),
          to: z.number().int().optional().describe('rollback: the revision'),
          level: z.string().optional().describe('log-level: trace to fatal'),
        },
        annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
      },
      (asked) =>
        answer(async () => {
          const action = actionIn(asked);
          await data.act(action);
          return { done: describeAction(action) };
        }),
    );
  return server;
}

function found<Value>(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new UserError(otherwise);
  return value;
}

/** What a tool answers; a problem is an answer too, which says so. Without secrets, wherever they stood. */
async function answer(query: () => unknown) {
  try {
    return { content: [{ type: 'text' as const, text: masked(JSON.stringify(await query())) }] };
  } catch (error) {
    return { isError: true, content: [{ type: 'text' as const, text: describeError(error) }] };
  }
}
