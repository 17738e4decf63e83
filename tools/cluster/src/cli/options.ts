import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '@slipway/util/errors';
import { usageError } from '../core/errors.ts';
import { defaultClusterName } from '../core/paths.ts';
import { findRelease, type Release, releaseNames } from '../core/releases.ts';
import type { ImageSource } from '../core/versions.ts';

export const COMMANDS = ['up', 'down', 'status', 'add', 'images', 'engine', 'export', 'import'] as const;
export type Command = (typeof COMMANDS)[number];
const IMAGE_SOURCES: readonly (ImageSource | 'auto')[] = ['auto', 'official', 'packages'];

export type Options = {
  command: Command | 'help';
  install: boolean;
  /** `up` deletes an existing cluster of the name first. */
  fresh: boolean;
  json: boolean;
  name: string;
  nodes: number | undefined;
  /** Of a new cluster, or of an exported one. */
  kubernetes: Release | undefined;
  images: ImageSource | 'auto';
  /** The file that `export` writes and `import` reads. */
  file: string;
  /** What `images` makes besides the base images. */
  with: (typeof EXTRAS)[number] | undefined;
};

const MAX_NODES = 9;
const EXTRAS = ['prometheus', 'kubectl'] as const;

/** Reads the command line. Throws UserError with exit code 64. */
export function parseOptions(argv: readonly string[]): Options {
  const { values, positionals } = parse(argv);
  const [word = 'help', ...rest] = positionals;
  const command = values.help === true || word === 'help' ? 'help' : commandOf(word);
  if (command !== 'help') checkOperands(command, rest);
  return {
    command,
    install: values.install === true,
    fresh: values.fresh === true,
    json: values.json === true,
    name: clusterName(values.name ?? process.env.SLIPWAY_CLUSTER ?? defaultClusterName),
    nodes: values.nodes === undefined ? undefined : nodeCount(values.nodes),
    kubernetes: values.kubernetes === undefined ? undefined : release(values.kubernetes),
    images: imageSource(values.images ?? 'auto'),
    // npm runs this tool in the folder of the repository; INIT_CWD is the folder of its user.
    file: rest[0] === undefined ? '' : resolve(process.env.INIT_CWD ?? '.', rest[0]),
    with: values.with === undefined ? undefined : extra(values.with),
  };
}

/** The commands that take an operand, exactly one. */
const OPERANDS: Partial<Record<Command, RegExp>> = { add: /^metrics$/, export: /./, import: /./ };

function checkOperands(command: Command, operands: readonly string[]): void {
  const wanted = OPERANDS[command];
  if (wanted && !wanted.test(operands[0] ?? '')) {
    const what = command === 'add' ? '"metrics"' : 'a file';
    throw usageError(`${command} takes ${what}${operands[0] === undefined ? '' : `, not "${operands[0]}"`}`);
  }
  const surplus = operands[wanted ? 1 : 0];
  if (surplus !== undefined) throw usageError(`unexpected argument "${surplus}"`);
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
        kubernetes: { type: 'string' },
        images: { type: 'string' },
        with: { type: 'string' },
      },
    });
  } catch (error) {
    throw usageError(messageOf(error));
  }
}

function commandOf(word: string): Command {
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined) throw usageError(`unknown command "${word}"`);
  return command;
}

function nodeCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_NODES) {
    throw usageError(`--nodes takes a number from 1 to ${MAX_NODES}, not "${text}"`);
  }
  return count;
}

function release(text: string): Release {
  const found = findRelease(text);
  if (found !== undefined) return found;
  throw usageError(`--kubernetes takes ${releaseNames()}, not "${text}"`);
}

function imageSource(text: string): Options['images'] {
  const source = IMAGE_SOURCES.find((known) => known === text);
  if (source === undefined) throw usageError(`--images takes ${IMAGE_SOURCES.join(', ')}, not "${text}"`);
  return source;
}

function extra(text: string): (typeof EXTRAS)[number] {
  const known = EXTRAS.find((name) => name === text);
  if (known === undefined) throw usageError(`--with takes ${EXTRAS.join(' or ')}, not "${text}"`);
  return known;
}

// The rule of kind: the name becomes part of container names.
function clusterName(text: string): string {
  if (/^[a-z0-9.-]{1,50}$/.test(text)) return text;
  throw usageError(`--name "${text}": a name has 1 to 50 lower-case letters, digits, "." and "-"`);
}
