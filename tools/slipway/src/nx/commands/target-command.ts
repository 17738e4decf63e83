import { join } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { EX_USAGE, messageOf, UserError } from '@slipway/util/errors';
import { readJson } from '@slipway/util/json';
import { workspaceRoot } from '@slipway/util/workspace-root';
import { requireServices } from '../../services/select-services.ts';
import { serviceNames } from '../../services/service-roots.ts';
import { explainFailure } from '../executors/shared/explain-failure.ts';

type Property = {
  type: 'boolean' | 'integer' | 'string' | 'array';
  default?: unknown;
  enum?: string[];
  description: string;
};
type Schema = { description: string; properties: Record<string, Property> };
/** By the names of the schema, with its defaults. */
type Options = Record<string, unknown>;

/** A target that is also a command of `npx slipway`: the same executor, without Nx's task graph in front of it. */
export type TargetCommand = {
  /** Of the command. */
  name: string;
  /** Folder of the executor, and of its schema. */
  executor: string;
  /** The target that does the same, e.g. `deploy:status`. */
  target: string;
  /** Whether names of services may follow. */
  takesServices: boolean;
  /** `services`: as they were given, those that exist. */
  run: (options: Options, root: string, services: string[]) => Promise<{ success: boolean }>;
};

/** Runs it with these arguments; answers the exit code. */
export async function runTargetCommand(command: TargetCommand, args: string[]): Promise<number> {
  const schema = readJson<Schema>(join(import.meta.dirname, '..', 'executors', command.executor, 'schema.json'));
  let parsed;
  try {
    parsed = parseTargetArguments(command, schema, args);
  } catch (error) {
    explainFailure(error, {});
    return EX_USAGE;
  }
  if (parsed.help) {
    console.log(help(command, schema));
    return 0;
  }
  try {
    const root = workspaceRoot(process.cwd());
    if (parsed.services.length > 0) requireServices(serviceNames(root), parsed.services);
    return (await command.run(parsed.options, root, parsed.services)).success ? 0 : 1;
  } catch (error) {
    explainFailure(error, { json: parsed.options.json === true });
    return 1;
  }
}

type Parsed = { help: boolean; services: string[]; options: Options };

/** Throws UserError for what the schema does not know. */
export function parseTargetArguments(
  { name, takesServices }: Pick<TargetCommand, 'name' | 'takesServices'>,
  { properties }: Pick<Schema, 'properties'>,
  args: string[],
): Parsed {
  const hint = `npx slipway ${name} --help lists the options`;
  const options: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' } };
  for (const [key, { type }] of Object.entries(properties)) {
    options[dashed(key)] = { type: type === 'boolean' ? 'boolean' : 'string', multiple: type === 'array' };
  }
  let given;
  try {
    // As Nx takes them: --dryRun is --dry-run.
    given = parseArgs({ args: args.map(withDashes), options, allowNegative: true, allowPositionals: takesServices });
  } catch (error) {
    // Its first sentence names the argument; the others explain parseArgs.
    throw new UserError(messageOf(error).split('. ')[0] ?? '', { hint });
  }
  const { help = false, ...values } = given.values;
  const result: Options = {};
  for (const [key, { type, default: standard, enum: allowed }] of Object.entries(properties)) {
    const value = values[dashed(key)] ?? standard;
    if (value === undefined) continue;
    result[key] = type === 'integer' && value !== standard ? wholeNumber(key, String(value), hint) : value;
    if (allowed !== undefined && !allowed.includes(String(value)))
      throw new UserError(`--${dashed(key)} is "${String(value)}"`, { hint: `one of: ${allowed.join(', ')}` });
  }
  const services = given.positionals.flatMap((names) => names.split(',')).filter((service) => service !== '');
  return { help: help === true, services, options: result };
}

function wholeNumber(key: string, value: string, hint: string): number {
  if (!/^\d+$/.test(value)) throw new UserError(`--${dashed(key)} is "${value}", and no whole number`, { hint });
  return Number(value);
}

function help(command: TargetCommand, { description, properties }: Schema): string {
  const rows = Object.entries(properties).map(
    ([key, property]) => [usage(key, property), property.description] as const,
  );
  const width = Math.max(...rows.map(([option]) => option.length));
  return `Usage: npx slipway ${command.name}${command.takesServices ? ' [SERVICE …]' : ''} [options]

${description}
The same as npx nx run ${command.target}, sooner: without Nx's task graph, and without what nx.json and project.json say of the target.

${rows.map(([option, what]) => `  ${option.padEnd(width)}  ${what}`).join('\n')}`;
}

function usage(key: string, { type, default: standard, enum: allowed }: Property): string {
  const name = dashed(key);
  if (type === 'boolean') return standard === true ? `--no-${name}` : `--${name}`;
  return `--${name} ${allowed?.join('|') ?? (type === 'integer' ? 'N' : 'VALUE')}`;
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function withDashes(argument: string): string {
  const [, option, rest = ''] = /^--([A-Za-z]+)(=.*)?$/s.exec(argument) ?? [];
  return option === undefined ? argument : `--${dashed(option)}${rest}`;
}
