import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startHelp } from '../../src/dev/local/start-options.ts';
import { targetCommands } from '../../src/nx/commands/target-commands.ts';
import { type Command, documentedCommands, repository } from './documented-commands.ts';

const packageFolder = join(repository, 'tools/slipway');
type Entries = Record<string, { schema: string }>;
const { executors } = readJson<{ executors: Entries }>('executors.json');
const { generators } = readJson<{ generators: Entries }>('generators.json');

/** Targets that have another name than their executor. */
const EXECUTOR_OF: Record<string, string> = {
  check: 'assemble',
  'assemble-base': 'assemble',
  start: 'control',
  stop: 'control',
  restart: 'control',
};
/** Of Nx' own plugins, or of this repository. */
const OTHER_TARGETS = ['lint', 'test', 'build', 'typecheck', 'e2e', 'chaos', 'format'];
const NX_OPTIONS = ['target', 'base', 'head', 'parallel', 'skip-nx-cache', 'help', 'projects'];
/** Commands of Nx that slipway has no part in. */
const NX_COMMANDS = [
  'show',
  'graph',
  'reset',
  'migrate',
  'release',
  'serve',
  'test',
  'e2e',
  'daemon',
  'list',
  'report',
];
/** Packages that nx adds, and generators of others, in the tutorial. */
const OTHERS = /^npx nx (?:add |g @nx\/)/;

for (const file of globSync(['docs/**/*.md', 'README.md', 'tools/{slipway,cluster}/README.md'], { cwd: repository }))
  for (const command of documentedCommands(file))
    test(`${command.file}:${command.line}: ${command.text}`, () => assert.equal(problemOf(command), undefined));

function problemOf({ text }: Command): string | undefined {
  if (OTHERS.test(text)) return undefined;
  const words = text.split(/\s+/).slice(1);
  const options = words.filter((word) => /^--[a-z]/i.test(word)).map((word) => word.slice(2).split('=')[0]!);
  const [program, command = '', first = ''] = words;
  if (program === 'slipway') return problemOfSlipway(command, options);
  if (command === 'run') return first.includes(':') ? problemOfTarget(first.split(':')[1]!, options) : undefined;
  if (command === 'g') return problemOfGenerator(first.replace('slipway:', ''), options);
  if (command === 'affected' || command === 'run-many') {
    const at = words.indexOf('-t');
    const targets = at === -1 ? [] : takeWhile(words.slice(at + 1), (word) => !word.startsWith('-'));
    return targets
      .flatMap((list) => list.split(','))
      .map((target) => problemOfTarget(target, options, NX_OPTIONS))
      .find((problem) => problem !== undefined);
  }
  return NX_COMMANDS.includes(command) ? undefined : `nx has no command "${command}" that is known here`;
}

function problemOfTarget(
  target: string,
  options: string[],
  more: string[] = ['help', 'skip-nx-cache', 'excludeTaskDependencies'],
): string | undefined {
  // A name that people replace, e.g. TARGET.
  if (OTHER_TARGETS.includes(target) || /^[A-Z_]+$/.test(target)) return undefined;
  const executor = executors[EXECUTOR_OF[target] ?? target];
  return executor === undefined ? `there is no target "${target}"` : unknownOption(executor.schema, options, more);
}

function problemOfGenerator(name: string, options: string[]): string | undefined {
  const generator = generators[name];
  return generator === undefined
    ? `there is no generator "${name}"`
    : unknownOption(generator.schema, options, ['help']);
}

function unknownOption(schema: string, options: string[], more: string[]): string | undefined {
  const known = [...Object.keys(readJson<{ properties?: object }>(schema).properties ?? {}), ...more];
  const names = known.flatMap((name) => [
    name,
    `no-${name}`,
    name.replaceAll(/[A-Z]/g, (it) => `-${it.toLowerCase()}`),
  ]);
  const unknown = options.find((option) => !names.includes(option));
  return unknown === undefined ? undefined : `there is no option --${unknown}`;
}

function problemOfSlipway(command: string, options: string[]): string | undefined {
  const ofTarget = targetCommands.find(({ name }) => name === command);
  if (ofTarget !== undefined) return unknownOption(executors[ofTarget.executor]!.schema, options, ['help']);
  if (/^[A-Z_]+$|^--help$/.test(command)) return undefined;
  const source = globSync(`src/nx/commands/${command}.ts`, { cwd: packageFolder })[0];
  if (source === undefined) return `there is no command "${command}"`;
  const help = command === 'start' ? startHelp : readFileSync(join(packageFolder, source), 'utf8');
  const unknown = options.find((option) => !new RegExp(`--${option}\\b`).test(help));
  return unknown === undefined ? undefined : `there is no option --${unknown}`;
}

function takeWhile(words: string[], isIt: (word: string) => boolean): string[] {
  const end = words.findIndex((word) => !isIt(word));
  return end === -1 ? words : words.slice(0, end);
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(packageFolder, path), 'utf8')) as Content;
}

test('a command that does not exist, and an option of no target, are found', () => {
  const problem = (text: string) => problemOf({ file: 'x', line: 1, text });
  assert.match(problem('npx nx run order:deploy-kindly')!, /no target "deploy-kindly"/);
  assert.match(problem('npx nx run deploy:render --overlays prod')!, /--overlays/);
  assert.match(problem('npx nx run-many -t image --push')!, /--push/);
  assert.match(problem('npx nx g slipway:adapt hello')!, /no generator "adapt"/);
  assert.match(problem('npx slipway begin')!, /no command "begin"/);
  assert.match(problem('npx slipway start --everything')!, /--everything/);
  assert.equal(problem('npx nx run deploy:render --no-checkRegistry --overlay prod'), undefined);
});
