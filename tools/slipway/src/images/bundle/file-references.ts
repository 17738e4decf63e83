import { dirname, join } from 'node:path';
import { type Node, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** A place that a source names by path. `path` is relative to the workspace; `isPrefix`: the rest is known when it runs. */
export type FileReference =
  | { kind: 'file'; path: string; isPrefix: boolean; line: number }
  /** Code that is loaded from a place nobody can read off. */
  | { kind: 'unknown'; what: string; line: number }
  /** A package that is named where the bundler does not look. */
  | { kind: 'package'; name: string };

type Path = { path: string; isPrefix: boolean };
type Named = Node & { name: string };
type Call = Node & { callee: Node & { name?: string; property?: Named }; arguments: Node[] };

const URL_OF_FILE = new Set(['__slipway_url', '__slipway_filename']);
const SAME = new Set(['fileURLToPath', 'pathToFileURL', 'String', 'readFileSync']);

/** What the source, compiled to `code` by `sourcePlacePlugin`, reads or loads beside itself. */
export function fileReferences(root: string, file: string, text: string, code: string): FileReference[] {
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true });
  const constants = new Map<string, Node>();
  simple(tree, {
    VariableDeclarator: (node) => {
      const { id, init } = node as Node & { id: Named; init: Node | null };
      if (id.type === 'Identifier' && init !== null && !URL_OF_FILE.has(id.name)) constants.set(id.name, init);
    },
  });
  const at = (path: string) => (path.startsWith('/') ? path : join(root, path));
  const found: FileReference[] = [];
  const lineOf = (node: Node) => findLine(text, code, node);
  const note = (node: Node) => {
    const value = evaluate(node, 0);
    if (value === undefined || value.path === join(root, dirname(file))) return;
    found.push({ kind: 'file', ...value, line: lineOf(node) });
  };
  const hasRequire = code.includes('createRequire');

  simple(tree, {
    NewExpression: (node) => {
      const { callee, arguments: args } = node as Call;
      if (callee.name === 'URL') note(node);
      if (callee.name === 'Worker' && args[0] !== undefined && !isKnown(args[0])) unknown('new Worker', node);
    },
    CallExpression: (node) => {
      const { callee, arguments: args } = node as Call;
      const name = callee.name ?? callee.property?.name ?? '';
      if (name === 'join' || name === 'resolve') note(node);
      if (name === '__slipway_resolve' || (name === 'resolve' && hasRequire)) namePackage(args[0]);
      if (name === 'fork' && /child_process/.test(code) && args[0] !== undefined && !isKnown(args[0])) {
        unknown('fork', node);
      }
      // A function that createRequire has made.
      const made = callee.name === undefined ? undefined : constants.get(callee.name);
      if (made !== undefined && code.slice(made.start, made.end).includes('createRequire(')) {
        const literal = textOf(args[0]);
        if (literal === undefined) unknown('require', node);
        else if (/^\.{1,2}\//.test(literal)) {
          found.push({ kind: 'file', path: join(root, dirname(file), literal), isPrefix: false, line: lineOf(node) });
        } else namePackage(args[0]);
      }
    },
    TemplateLiteral: note,
    BinaryExpression: note,
    ImportExpression: (node) => {
      const { source } = node as Node & { source: Node };
      if (!isBundled(source) && !isKnown(source)) unknown('import()', node);
    },
  });
  return found.filter((reference) => reference.kind !== 'file' || reference.path.length > 0);

  function unknown(what: string, node: Node): void {
    found.push({ kind: 'unknown', what, line: lineOf(node) });
  }

  function namePackage(node: Node | undefined): void {
    const name = textOf(node);
    if (name !== undefined && /^[@\w]/.test(name) && !name.startsWith('node:')) found.push({ kind: 'package', name });
  }

  /** The bundler follows these by itself. */
  function isBundled(node: Node): boolean {
    const { type, quasis, left } = node as Node & { quasis?: { value: { cooked: string } }[]; left?: Node };
    if (textOf(node) !== undefined) return true;
    if (type === 'TemplateLiteral') return /^\.{1,2}\//.test(quasis?.[0]?.value.cooked ?? '');
    return (
      type === 'BinaryExpression' && left !== undefined && (isBundled(left) || /^\.{1,2}\//.test(textOf(left) ?? ''))
    );
  }

  function isKnown(node: Node): boolean {
    return evaluate(node, 0) !== undefined;
  }

  /** The path that an expression makes of the source's own place, as far as it can be read. */
  function evaluate(node: Node, depth: number): Path | undefined {
    if (depth > 12) return undefined;
    const next = (inner: Node | undefined) => (inner === undefined ? undefined : evaluate(inner, depth + 1));
    const it = node as Node & {
      name: string;
      object: Node;
      callee: Node & { name?: string; property?: Named; object?: Node };
      arguments: Node[];
      left: Node;
      right: Node;
      operator: string;
      quasis: { value: { cooked: string } }[];
      expressions: Node[];
      argument: Node;
    };
    switch (node.type) {
      case 'Identifier': {
        if (URL_OF_FILE.has(it.name)) return { path: join(root, file), isPrefix: false };
        if (it.name === '__slipway_dirname') return { path: join(root, dirname(file)), isPrefix: false };
        return next(constants.get(it.name));
      }
      case 'AwaitExpression':
        return next(it.argument);
      case 'MemberExpression':
        return next(it.object);
      case 'NewExpression': {
        if (it.callee.name !== 'URL') return undefined;
        const base = next(it.arguments[1]);
        if (base === undefined) return undefined;
        const folder = base.path.endsWith('/') ? base.path : dirname(base.path);
        return appended(folder, base.isPrefix, it.arguments[0]!, decodeURI);
      }
      case 'CallExpression': {
        const name = it.callee.name ?? it.callee.property?.name ?? '';
        if (name === '__slipway_resolve') {
          const literal = textOf(it.arguments[0]);
          return literal?.startsWith('.') ? { path: join(root, dirname(file), literal), isPrefix: false } : undefined;
        }
        if (SAME.has(name)) return next(it.arguments[0]);
        if (name === 'toString' && it.callee.object !== undefined) return next(it.callee.object);
        if (name === 'dirname') {
          const inner = next(it.arguments[0]);
          return inner === undefined ? undefined : { ...inner, path: dirname(inner.path) };
        }
        if (name !== 'join' && name !== 'resolve') return undefined;
        let value = next(it.arguments[0]);
        for (const part of it.arguments.slice(1)) {
          if (value === undefined || value.isPrefix) break;
          value = appended(value.path, false, part, (text) => text);
        }
        return value;
      }
      case 'BinaryExpression': {
        const left = it.operator === '+' ? next(it.left) : undefined;
        return left === undefined ? undefined : appended(left.path, left.isPrefix, it.right, (text) => text);
      }
      case 'TemplateLiteral': {
        if (it.quasis[0]!.value.cooked !== '' || it.expressions[0] === undefined) return undefined;
        const first = next(it.expressions[0]);
        if (first === undefined) return undefined;
        const rest = it.quasis[1]!.value.cooked;
        const isPrefix = it.expressions.length > 1;
        return { path: join(first.path, isPrefix ? folderOf(rest) : rest), isPrefix };
      }
      default:
        return undefined;
    }
  }

  function appended(folder: string, isPrefix: boolean, part: Node, decode: (text: string) => string): Path {
    const literal = textOf(part);
    if (isPrefix) return { path: folder, isPrefix };
    if (literal !== undefined) {
      const path = at(join(folder, decode(literal)));
      return { path: literal.endsWith('/') && !path.endsWith('/') ? `${path}/` : path, isPrefix: false };
    }
    const { type, quasis, left } = part as Node & { quasis?: { value: { cooked: string } }[]; left?: Node };
    const start =
      type === 'TemplateLiteral' ? quasis![0]!.value.cooked : left === undefined ? '' : (textOf(left) ?? '');
    return { path: join(folder, folderOf(start)), isPrefix: true };
  }
}

function folderOf(start: string): string {
  return start.slice(0, start.lastIndexOf('/') + 1);
}

function textOf(node: Node | undefined): string | undefined {
  const { type, value, quasis, expressions } = (node ?? {}) as Node & {
    value?: unknown;
    quasis?: { value: { cooked: string } }[];
    expressions?: unknown[];
  };
  if (type === 'Literal' && typeof value === 'string') return value;
  return type === 'TemplateLiteral' && expressions?.length === 0 ? quasis![0]!.value.cooked : undefined;
}

/** The compiler keeps neither lines nor quotes; the longest word of the expression is found again. */
function findLine(text: string, code: string, node: Node): number {
  const words = code.slice(node.start, node.end).match(/[\w./-]{3,}/g) ?? [];
  const word = words.filter((word) => !word.startsWith('__slipway')).sort((a, b) => b.length - a.length)[0];
  const line = word === undefined ? -1 : text.split('\n').findIndex((line) => line.includes(word));
  return line + 1 || 1;
}
