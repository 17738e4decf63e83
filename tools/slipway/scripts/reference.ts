/** Writes docs/reference.md from the schemas: node tools/slipway/scripts/reference.ts */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { slipwayKeyword } from '@slipway/keyword';
import { format } from 'prettier';

type Option = {
  type?: string;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  $default?: { $source: string };
};
type Schema = { description?: string; properties?: Record<string, Option>; required?: string[] };
type Entry = { schema: string; description: string };

const packageFolder = join(import.meta.dirname, '..');
const file = join(packageFolder, '../../docs/reference.md');

/** The text of docs/reference.md: every generator, every executor, and the vocabulary of `x-slipway`. */
export async function referenceText(): Promise<string> {
  const { generators } = readJson<{ generators: Record<string, Entry> }>('generators.json');
  const { executors } = readJson<{ executors: Record<string, Entry> }>('executors.json');
  const text = [
    '# Reference',
    'Generated from the schemas by `node tools/slipway/scripts/reference.ts`; a test fails if it is stale. [Other workspaces](other-workspaces.md) describes `slipway.yaml`.',
    '## Generators',
    ...Object.entries(generators).flatMap(([name, entry]) => section(`npx nx g slipway:${name}`, entry)),
    '## Targets',
    'Set the options of a target on the command line, `npx nx run PROJECT:TARGET --option`, or in nx.json.',
    ...Object.entries(executors).flatMap(([name, entry]) => section(name, entry)),
    '## x-slipway',
    'The keyword `x-slipway` in the JSON Schema of an environment key sets its kind; [secrets](secrets.md) explains where each kind gets its value. A key without it is a plain setting.',
    table(['kind', 'beside it'], keywordRows()),
  ].join('\n\n');
  return await format(text, { parser: 'markdown', printWidth: 120, singleQuote: true });
}

function section(title: string, { schema: path, description }: Entry): string[] {
  const { properties = {}, required = [], description: more = description } = readJson<Schema>(path);
  const rows = Object.entries(properties).map(([name, option]) => [
    `\`${option.$default?.$source === 'argv' ? name.toUpperCase() : `--${name}`}\`${required.includes(name) ? ' (required)' : ''}`,
    (option.enum ?? [option.type ?? '']).join(', '),
    option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``,
    option.description ?? '',
  ]);
  return [`### ${title}`, more, ...(rows.length === 0 ? [] : [table(['option', 'type', 'default', 'meaning'], rows)])];
}

function keywordRows(): string[][] {
  return slipwayKeyword.anyOf.map(({ properties, required }) => [
    `\`${properties.kind.const}\``,
    Object.entries(properties)
      .filter(([name]) => name !== 'kind')
      .map(([name, value]) => {
        const type = 'const' in value ? JSON.stringify(value.const) : value.type;
        return `\`${name}\`: ${type}${(required as readonly string[]).includes(name) ? ' (required)' : ''}`;
      })
      .join(', '),
  ]);
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(join(packageFolder, path), 'utf8')) as Content;
}

if (import.meta.main) writeFileSync(file, await referenceText());
