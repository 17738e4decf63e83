import { type Node, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** Only what mentions one of these is worth parsing. */
const SUSPECT = /__dirname|__filename|import\s*\.\s*meta|createRequire|require|import\s*\(|prepareStackTrace|\beval\b/;
const PLACES = new Set(['__dirname', '__filename', 'createRequire', 'eval']);
const OF_REQUIRE = new Set(['resolve', 'main']);
const OF_MODULE = new Set(['parent', 'paths', 'filename', 'path', 'id', 'require', 'children', 'createRequire']);

type Named = Node & { name: string };
type Member = Node & { object: Named; property: Named; computed: boolean };
type Call = Node & { callee: Named; arguments: (Node & { value?: unknown })[] };

/**
 * Why a file of a package must stay where its package is: it asks where it lies, or loads what only it knows the name of.
 * Undefined when neither can be, so that it works in a bundle. What cannot be parsed is not safe.
 */
export function unsafeCode(source: string): string | undefined {
  if (!SUSPECT.test(source)) return undefined;
  const tree = parseAny(source);
  if (tree === undefined) return 'cannot be parsed';
  let reason: string | undefined;
  let requires = 0;
  let literal = 0;
  const isRequire = (node: Node) => node.type === 'Identifier' && (node as Named).name === 'require';
  simple(tree, {
    Identifier: (node) => {
      const { name } = node as Named;
      if (PLACES.has(name)) reason = name;
      if (name === 'require') requires++;
    },
    MetaProperty: (node) => {
      if (source.slice(node.start, node.end).startsWith('import')) reason = 'import.meta';
    },
    ImportExpression: (node) => {
      if (!isText((node as Node & { source: Node }).source)) reason = 'import() of a computed name';
    },
    MemberExpression: (node) => {
      const { object, property, computed } = node as Member;
      if (computed) return;
      if (property.name === 'prepareStackTrace') reason = 'prepareStackTrace';
      if (isRequire(object) && OF_REQUIRE.has(property.name)) reason = `require.${property.name}`;
      // `require.cache` and the like tell nothing of a place.
      else if (isRequire(object)) literal++;
      if (object.name === 'module' && OF_MODULE.has(property.name)) reason = `module.${property.name}`;
      if (object.name === 'process' && property.name === 'mainModule') reason = 'process.mainModule';
    },
    UnaryExpression: (node) => {
      const { operator, argument } = node as Node & { operator: string; argument: Node };
      if (operator === 'typeof' && isRequire(argument)) literal++;
    },
    CallExpression: (node) => {
      const { callee, arguments: args } = node as Call;
      if (isRequire(callee) && args.length === 1 && isText(args[0]!)) literal++;
    },
  });
  return reason ?? (requires > literal ? 'require() of a computed name' : undefined);
}

function isText(node: Node): boolean {
  const { type, value, expressions } = node as Node & { value?: unknown; expressions?: unknown[] };
  return (type === 'Literal' && typeof value === 'string') || (type === 'TemplateLiteral' && expressions?.length === 0);
}

function parseAny(source: string): Node | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(source, {
        ecmaVersion: 'latest',
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
      });
    } catch {
      // The other kind, or neither.
    }
  }
  return undefined;
}
