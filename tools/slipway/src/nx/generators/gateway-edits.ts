import { type Node, parseExpressionAt } from 'acorn';
import type { Tree } from '@nx/devkit';
import { UserError } from '@slipway/util/errors';

/** Where the gateway says what can be reached from outside, and through which address. */
export const GATEWAY = 'apps/gateway';
/** What tests the stack through the gateway, as long as there is such a folder. */
export const SPECS = 'e2e/specs/api';
const ROUTES = `${GATEWAY}/src/proxy/route-table.ts`;
const CONFIG = `${GATEWAY}/src/config.ts`;

type Entry = { start: number; end: number; text: string };
/** A list of entries in a source, and what makes one this service's. */
type List = { file: string; before: RegExp; isOf: (text: string, service: string) => boolean };

const quoted = (service: string) => `['"\`]${service}['"\`]`;
const LISTS = {
  routes: {
    file: ROUTES,
    before: /\bproxyRoutes\b[^=]*=\s*(?=\[)/,
    isOf: (text, service) => new RegExp(`\\bupstream:\\s*${quoted(service)}`).test(text),
  },
  keys: {
    file: CONFIG,
    before: /\benvironment\(\s*(?=\{)/,
    isOf: (text, service) => new RegExp(`:\\s*service\\(\\s*${quoted(service)}\\s*\\)`).test(text),
  },
} satisfies Record<string, List>;

/** Lets the gateway pass `/api/v1/NAME` on to the service, for `access`. Throws UserError where its sources have no place for it. */
export function exposeAtGateway(tree: Tree, service: string, access: 'anyone' | 'signed-in'): void {
  const key = `${service.toUpperCase().replaceAll('-', '_')}_URL`;
  const route = `{ template: '/api/v1/${service}', upstream: '${service}', methods: { GET: '${access}' } }`;
  append(tree, LISTS.routes, route);
  append(tree, LISTS.keys, `${key}: service('${service}')`, /:\s*service\(/);
}

/** Takes the service's routes and its address out of the gateway. False when there are none. */
export function hideAtGateway(tree: Tree, service: string): boolean {
  const removed = Object.values(LISTS).map((list) => remove(tree, list, service));
  return removed.includes(true);
}

/** After the last entry, or the last one that is `like` it. */
function append(tree: Tree, list: List, line: string, like = /./): void {
  const { text, entries } = readList(tree, list, `add it by hand: ${line}`);
  const last = entries.findLast((entry) => like.test(entry.text)) ?? entries.at(-1);
  if (last === undefined) throw noPlace(list.file, `add it by hand: ${line}`);
  tree.write(list.file, `${text.slice(0, last.end)},\n  ${line}${text.slice(last.end)}`);
}

function remove(tree: Tree, list: List, service: string): boolean {
  if (!tree.exists(list.file)) return false;
  const { text, entries } = readList(tree, list, `take ${service} out by hand`);
  const own = entries.filter((entry) => list.isOf(entry.text, service));
  let rest = text;
  for (const { start, end } of own.toReversed()) {
    const from = rest.lastIndexOf('\n', start) + 1;
    rest = rest.slice(0, from) + rest.slice(end).replace(/^,?[^\n]*\n/, '');
  }
  if (own.length > 0) tree.write(list.file, rest);
  return own.length > 0;
}

function readList(tree: Tree, { file, before }: List, hint: string): { text: string; entries: Entry[] } {
  const text = tree.read(file, 'utf8');
  const found = text === null ? null : before.exec(text);
  if (text === null || found === null) throw noPlace(file, hint);
  try {
    const list = parseExpressionAt(text, found.index + found[0].length, { ecmaVersion: 'latest' });
    const { elements, properties } = list as Node & { elements?: Node[]; properties?: Node[] };
    const nodes = elements ?? properties ?? [];
    return { text, entries: nodes.map(({ start, end }) => ({ start, end, text: text.slice(start, end) })) };
  } catch {
    throw noPlace(file, hint);
  }
}

function noPlace(file: string, hint: string): UserError {
  return new UserError(`${file}: has no list that this generator can read`, { file, hint });
}
