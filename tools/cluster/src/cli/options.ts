import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../core/failures.ts';
import { defaultClusterName } from '../core/paths.ts';

export const COMMANDS = ['up', 'down', 'status', 'add', 'images', 'engine', 'export', 'import'] as const;
export type Command = (typeof COMMANDS)[number];
export const IMAGE_SOURCES = ['auto', 'official', 'packages'] as const;
export type ImageSource = (typeof IMAGE_SOURCES)[number];

export type CliArguments = {
  command: Command | 'help';
  install: boolean;
  /** `up` deletes a cluster that exists under the name. */
  fresh: boolean;
  json: boolean;
  name: string;
  nodes: number | undefined;
  images: ImageSource;
  /** What `export` writes and `import` reads. */
  file: string;
  /** What else `images` is to make. */
  with: 'prometheus' | undefined;
};

const MAX_NODES = 9;

export function cliArguments(argv: readonly string[]): CliArguments {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  const isHelp = values.help === true || command === 'help' || command === undefined;
  if (!isHelp && !COMMANDS.includes(command as Command)) throw new UsageError(`unknown command "${command}"`);
  if (!isHelp) checkOperands(command as Command, rest);
  return {
    command: isHelp ? 'help' : (command as Command),
    install: values.install === true,
    fresh: values.fresh === true,
    json: values.json === true,
    name: clusterName(values.name ?? process.env.SLIPWAY_CLUSTER ?? defaultClusterName),
    nodes: values.nodes === undefined ? undefined : nodeCount(values.nodes),
    images: imageSource(values.images ?? 'auto'),
    // npm runs us in the repository's folder, wherever its user stands.
    file: rest[0] === undefined ? '' : resolve(process.env.INIT_CWD ?? '.', rest[0]),
    with: values.with === undefined ? undefined : extraImage(values.with),
  };
}

/** What a command takes besides options: nothing, or exactly one word. */
const OPERANDS: Partial<Record<Command, RegExp>> = { add: /^metrics$/, export: /./, import: /./ };

function checkOperands(command: Command, operands: readonly string[]): void {
  const wanted = OPERANDS[command];
  if (wanted && !wanted.test(operands[0] ?? '')) {
    const what = command === 'add' ? '"metrics"' : 'a file';
    throw new UsageError(`${command} takes ${what}${operands[0] === undefined ? '' : `, not "${operands[0]}"`}`);
  }
  const surplus = operands[wanted ? 1 : 0];
  if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`);
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        install: { type: 'boolean' },
        fresh: { type: 'boolean' },
        json: { type: 'boolean' },
        name: { type: 'string' },
        nodes: { type: 'string' },
        images: { type: 'string' },
        with: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function nodeCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_NODES) {
    throw new UsageError(`--nodes takes a number from 1 to ${MAX_NODES}, not "${text}"`);
  }
  return count;
}

function imageSource(text: string): ImageSource {
  if (!IMAGE_SOURCES.includes(text as ImageSource)) {
    throw new UsageError(`--images takes ${IMAGE_SOURCES.join(', ')}, not "${text}"`);
  }
  return text as ImageSource;
}

function extraImage(text: string): 'prometheus' {
  if (text !== 'prometheus') throw new UsageError(`--with takes prometheus, not "${text}"`);
  return text;
}

// kind's own rule; the name becomes part of container names.
function clusterName(text: string): string {
  if (!/^[a-z0-9.-]{1,50}$/.test(text))
    throw new UsageError(`--name "${text}": lower-case letters, digits, "." and "-" only`);
  return text;
}
