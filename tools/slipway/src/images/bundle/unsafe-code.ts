import { type AnyNode, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** Only what mentions one of these is worth parsing. */
const SUSPECT = /__dirname|__filename|import\s*\.\s*meta|createRequire|require|import\s*\(|prepareStackTrace|\beval\b/;
const PLACES = new Set(['__dirname', '__filename', 'createRequire', 'eval']);
const OF_REQUIRE = new Set(['resolve', 'main']);
const OF_MODULE = new Set(['parent', 'paths', 'filename', 'path', 'id', 'require', 'children', 'createRequire']);

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
  const isRequire = (node: AnyNode) => nameOf(node) === 'require';
  simple(tree, {
    Identifier: ({ name }) => {
      if (PLACES.has(name)) reason = name;
      if (name === 'require') requires++;
    },
    MetaProperty: (node) => {
      if (source.slice(node.start, node.end).startsWith('import')) reason = 'import.meta';
    },
    ImportExpression: (node) => {
      if (!isText(node.source)) reason = 'import() of a computed name';
    },
    MemberExpression: ({ object, property, computed }) => {
      if (computed) return;
      const name = nameOf(property) ?? '';
      const owner = nameOf(object);
      if (name === 'prepareStackTrace') reason = 'prepareStackTrace';
      if (isRequire(object) && OF_REQUIRE.has(name)) reason = `require.${name}`;
      // `require.cache` and the like tell nothing of a place.
      else if (isRequire(object)) literal++;
      if (owner === 'module' && OF_MODULE.has(name)) reason = `module.${name}`;
      if (owner === 'process' && name === 'mainModule') reason = 'process.mainModule';
    },
    UnaryExpression: ({ operator, argument }) => {
      if (operator === 'typeof' && isRequire(argument)) literal++;
    },
    CallExpression: ({ callee, arguments: args }) => {
      const [only] = args;
      if (isRequire(callee) && args.length === 1 && only !== undefined && isText(only)) literal++;
    },
  });
  return reason ?? (requires > literal ? 'require() of a computed name' : undefined);
}

function isText(node: AnyNode): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string';
  return node.type === 'TemplateLiteral' && node.expressions.length === 0;
}

/** Of an identifier, `#private` or not. */
function nameOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node.name : undefined;
}

function parseAny(source: string): AnyNode | undefined {
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
