/** Writes docs/reference.md from the schemas: node tools/slipway/scripts/reference.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { slipwayKeyword } from '@slipway/keyword';
import { readJson } from '@slipway/util/json';
import { format } from 'prettier';
import { serviceFileSchema } from '../src/services/service-file-schema.ts';

type SchemaOption = {
  type?: string;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  $default?: { $source: string };
};
type Schema = { description?: string; properties?: Record<string, SchemaOption>; required?: string[] };
type Entry = { schema: string; description: string };

const packageFolder = join(import.meta.dirname, '..');
const file = join(packageFolder, '../../docs/reference.md');

/** The text of docs/reference.md: every generator, every executor, and the vocabulary of `x-slipway`. */
export async function referenceText(): Promise<string> {
  const { generators } = readJson<{ generators: Record<string, Entry> }>(join(packageFolder, 'generators.json'));
  const { executors } = readJson<{ executors: Record<string, Entry> }>(join(packageFolder, 'executors.json'));
  const text = [
    '# Reference',
    'Generated from the schemas by `node tools/slipway/scripts/reference.ts`; a test fails if it is stale. [Other workspaces](other-workspaces.md) explains `slipway.yaml`.',
    '## Generators',
    ...Object.entries(generators).flatMap(([name, entry]) => section(`npx nx g slipway:${name}`, entry)),
    '## Targets',
    'Set the options of a target on the command line, `npx nx run PROJECT:TARGET --option`, or in nx.json.',
    ...Object.entries(executors).flatMap(([name, entry]) => section(name, entry)),
    '## slipway.yaml',
    `${serviceFileSchema.description} \`init\`, \`adopt\` and \`service\` write a comment into their files by which editors check and complete them: \`node_modules/slipway/schemas\` has the schemas of \`slipway.yaml\` and \`deploy/kind.yaml\`.`,
    table(['key', 'type', 'meaning'], fileRows('', serviceFileSchema.properties)),
    '## x-slipway',
    'The keyword `x-slipway` in the JSON Schema of an environment key sets its kind; [secrets](secrets.md) explains where each kind gets its value. A key without it is a plain setting.',
    table(['kind', 'beside it'], keywordRows()),
  ].join('\n\n');
  return await format(text, { parser: 'markdown', printWidth: 120, singleQuote: true });
}

function section(title: string, { schema: path, description }: Entry): string[] {
  const {
    properties = {},
    required = [],
    description: more = description,
  } = readJson<Schema>(join(packageFolder, path));
  const rows = Object.entries(properties).map(([name, option]) => [
    `\`${option.$default?.$source === 'argv' ? name.toUpperCase() : `--${name}`}\`${required.includes(name) ? ' (required)' : ''}`,
    (option.enum ?? [option.type ?? '']).join(', '),
    option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``,
    option.description ?? '',
  ]);
  return [`### ${title}`, more, ...(rows.length === 0 ? [] : [table(['option', 'type', 'default', 'meaning'], rows)])];
}

type Node = {
  type?: string | readonly string[];
  const?: unknown;
  description?: string;
  properties?: Record<string, Node>;
  anyOf?: readonly Node[];
};

/** Every key of a file, those of its objects below them, once each; the forms of a value one after the other. */
function fileRows(prefix: string, properties: Record<string, Node>): string[][] {
  const rows = Object.entries(properties).flatMap(([name, node]) => {
    const key = `${prefix}${name}`;
    const row = [`\`${key}\``, typeOf(node), node.description ?? ''];
    return [row, ...[node, ...(node.anyOf ?? [])].flatMap((form) => fileRows(`${key}.`, form.properties ?? {}))];
  });
  return [...new Map(rows.map((row) => [row[0], row])).values()];
}

function typeOf({ anyOf, type, const: value }: Node): string {
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(', ');
  return value === undefined ? [type ?? ''].flat().join(', ') : `\`${JSON.stringify(value)}\``;
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

if (import.meta.main) writeFileSync(file, await referenceText());
