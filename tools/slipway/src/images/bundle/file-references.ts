import { dirname, join } from 'node:path';
import { type AnyNode, parse, type TemplateLiteral } from 'acorn';
import { simple } from 'acorn-walk';

/** A place that a source names by path. `path` is relative to the workspace; `isPrefix`: the rest is known when it runs. */
export type FileReference =
  | { kind: 'file'; path: string; isPrefix: boolean; line: number }
  /** Code that is loaded from a path that cannot be determined. */
  | { kind: 'unknown'; what: string; line: number }
  /** A package that is named where the bundler does not look. */
  | { kind: 'package'; name: string };

type Path = { path: string; isPrefix: boolean };

const URL_OF_FILE = new Set(['__slipway_url', '__slipway_filename']);
const SAME = new Set(['fileURLToPath', 'pathToFileURL', 'String', 'readFileSync']);

/** What the source, compiled to `code` by `sourcePlacePlugin`, reads or loads beside itself. */
export function fileReferences(root: string, file: string, text: string, code: string): FileReference[] {
  const tree = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true });
  const constants = new Map<string, AnyNode>();
  simple(tree, {
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && init && !URL_OF_FILE.has(id.name)) constants.set(id.name, init);
    },
  });
  const at = (path: string) => (path.startsWith('/') ? path : join(root, path));
  const found: FileReference[] = [];
  const lineOf = (node: AnyNode) => findLine(text, code, node);
  const note = (node: AnyNode) => {
    const value = evaluate(node, 0);
    if (value === undefined || value.path === join(root, dirname(file))) return;
    found.push({ kind: 'file', ...value, line: lineOf(node) });
  };
  const hasRequire = code.includes('createRequire');

  simple(tree, {
    NewExpression: (node) => {
      const [first] = node.arguments;
      const name = nameOf(node.callee);
      if (name === 'URL') note(node);
      if (name === 'Worker' && first !== undefined && !isKnown(first)) unknown('new Worker', node);
    },
    CallExpression: (node) => {
      const { callee } = node;
      const [first] = node.arguments;
      const name = calledName(callee);
      if (name === 'join' || name === 'resolve') note(node);
      if (name === '__slipway_resolve' || (name === 'resolve' && hasRequire)) namePackage(first);
      if (name === 'fork' && /child_process/.test(code) && first !== undefined && !isKnown(first)) {
        unknown('fork', node);
      }
      // A function that createRequire has made.
      const made = constants.get(nameOf(callee) ?? '');
      if (made !== undefined && code.slice(made.start, made.end).includes('createRequire(')) {
        const literal = textOf(first);
        if (literal === undefined) unknown('require', node);
        else if (/^\.{1,2}\//.test(literal)) {
          found.push({ kind: 'file', path: join(root, dirname(file), literal), isPrefix: false, line: lineOf(node) });
        } else namePackage(first);
      }
    },
    TemplateLiteral: note,
    BinaryExpression: note,
    ImportExpression: (node) => {
      if (!isBundled(node.source) && !isKnown(node.source)) unknown('import()', node);
    },
  });
  return found.filter((reference) => reference.kind !== 'file' || reference.path.length > 0);

  function unknown(what: string, node: AnyNode): void {
    found.push({ kind: 'unknown', what, line: lineOf(node) });
  }

  function namePackage(node: AnyNode | undefined): void {
    const name = textOf(node);
    if (name !== undefined && /^[@\w]/.test(name) && !name.startsWith('node:')) found.push({ kind: 'package', name });
  }

  /** The bundler follows these itself. */
  function isBundled(node: AnyNode): boolean {
    if (textOf(node) !== undefined) return true;
    if (node.type === 'TemplateLiteral') return /^\.{1,2}\//.test(cooked(node, 0));
    return node.type === 'BinaryExpression' && (isBundled(node.left) || /^\.{1,2}\//.test(textOf(node.left) ?? ''));
  }

  function isKnown(node: AnyNode): boolean {
    return evaluate(node, 0) !== undefined;
  }

  /** The path that an expression makes of the source's own place, as far as it can be read. */
  function evaluate(node: AnyNode, depth: number): Path | undefined {
    if (depth > 12) return undefined;
    const next = (inner: AnyNode | undefined) => (inner === undefined ? undefined : evaluate(inner, depth + 1));
    switch (node.type) {
      case 'Identifier': {
        if (URL_OF_FILE.has(node.name)) return { path: join(root, file), isPrefix: false };
        if (node.name === '__slipway_dirname') return { path: join(root, dirname(file)), isPrefix: false };
        return next(constants.get(node.name));
      }
      case 'AwaitExpression':
        return next(node.argument);
      case 'MemberExpression':
        return next(node.object);
      case 'NewExpression': {
        const [reference, origin] = node.arguments;
        const base = nameOf(node.callee) === 'URL' ? next(origin) : undefined;
        if (base === undefined || reference === undefined) return undefined;
        const folder = base.path.endsWith('/') ? base.path : dirname(base.path);
        return appended(folder, base.isPrefix, reference, pathOfUrl);
      }
      case 'CallExpression': {
        const { callee } = node;
        const [argument, ...others] = node.arguments;
        const name = calledName(callee);
        if (name === '__slipway_resolve') {
          const literal = textOf(argument);
          return literal?.startsWith('.') ? { path: join(root, dirname(file), literal), isPrefix: false } : undefined;
        }
        if (SAME.has(name)) return next(argument);
        if (name === 'toString' && callee.type === 'MemberExpression') return next(callee.object);
        if (name === 'dirname') {
          const inner = next(argument);
          return inner === undefined ? undefined : { ...inner, path: dirname(inner.path) };
        }
        if (name !== 'join' && name !== 'resolve') return undefined;
        let value = next(argument);
        for (const part of others) {
          if (value === undefined || value.isPrefix) break;
          value = appended(value.path, false, part, (text) => text);
        }
        return value;
      }
      case 'BinaryExpression': {
        const left = node.operator === '+' ? next(node.left) : undefined;
        return left === undefined ? undefined : appended(left.path, left.isPrefix, node.right, (text) => text);
      }
      case 'TemplateLiteral': {
        const first = cooked(node, 0) === '' ? next(node.expressions[0]) : undefined;
        if (first === undefined) return undefined;
        const rest = cooked(node, 1);
        const isPrefix = node.expressions.length > 1;
        return { path: join(first.path, isPrefix ? folderOf(rest) : rest), isPrefix };
      }
      default:
        return undefined;
    }
  }

  function appended(folder: string, isPrefix: boolean, part: AnyNode, decode: (text: string) => string): Path {
    const literal = textOf(part);
    if (isPrefix) return { path: folder, isPrefix };
    if (literal !== undefined) {
      const path = at(join(folder, decode(literal)));
      return { path: literal.endsWith('/') && !path.endsWith('/') ? `${path}/` : path, isPrefix: false };
    }
    return { path: join(folder, folderOf(startOf(part))), isPrefix: true };
  }
}

/** What a relative URL says of the path. One that is malformed names no file, as it will not to Node. */
function pathOfUrl(url: string): string {
  const path = url.replace(/[?#].*/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function folderOf(start: string): string {
  return start.slice(0, start.lastIndexOf('/') + 1);
}

function textOf(node: AnyNode | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node?.type === 'TemplateLiteral' && node.expressions.length === 0 ? cooked(node, 0) : undefined;
}

/** What a text begins with that is put together when it runs. */
function startOf(node: AnyNode): string {
  if (node.type === 'TemplateLiteral') return cooked(node, 0);
  return 'left' in node ? (textOf(node.left) ?? '') : '';
}

/** A template's text before its expression `index`. */
function cooked({ quasis }: TemplateLiteral, index: number): string {
  return quasis[index]?.value.cooked ?? '';
}

function nameOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node.name : undefined;
}

/** `join` of `join(…)` and of `path.join(…)`. */
function calledName(callee: AnyNode): string {
  return nameOf(callee.type === 'MemberExpression' ? callee.property : callee) ?? '';
}

/** The compiler keeps neither lines nor quotes; the longest word of the expression is found again. */
function findLine(text: string, code: string, node: AnyNode): number {
  const words = code.slice(node.start, node.end).match(/[\w./-]{3,}/g) ?? [];
  const word = words.filter((word) => !word.startsWith('__slipway')).sort((a, b) => b.length - a.length)[0];
  const line = word === undefined ? -1 : text.split('\n').findIndex((line) => line.includes(word));
  return line + 1 || 1;
}
