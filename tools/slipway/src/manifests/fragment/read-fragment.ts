import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import { elementSchema, fieldSchema, kindSchema } from '../schema/kubernetes-schema.ts';
import { elementName, listKeys } from '../schema/list-keys.ts';
import { readUtf8 } from '../../util/files/read-utf8.ts';
import { GO_YAML, keyText } from './go-yaml.ts';
import type { PatchPath } from './merge-problem.ts';
import { FRAGMENT } from '../../services/service-roots.ts';

/** One partial object of a fragment, with the way back to its lines. */
export type FragmentObject = {
  file: string;
  value: JsonObject;
  /** Line of the deepest part of `path` that the fragment says; list elements are named by their merge keys or positions. */
  lineOf: (path: PatchPath) => number;
  /** The same, but undefined unless the fragment says all of `path`. */
  exactLineOf: (path: PatchPath) => number | undefined;
  /** The plain scalar at `path` as the fragment writes it; undefined for what is quoted, or no scalar. */
  plainText: (path: PatchPath) => string | undefined;
};

/** Reads `k8s/fragment.yaml` of the service in `root`. Problems: what is no YAML, and documents that are no objects. */
export function readFragment(workspaceRoot: string, root: string): { objects: FragmentObject[]; problems: Problem[] } {
  const file = `${root}/${FRAGMENT}`;
  // A service that slipway.yaml describes may need none.
  if (!existsSync(join(workspaceRoot, file))) return { objects: [], problems: [] };
  const read = readUtf8(workspaceRoot, file);
  if ('problem' in read) return { objects: [], problems: [read.problem] };
  const { text } = read;
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const parsed = parseAllDocuments(text, { ...GO_YAML, lineCounter: lines, prettyErrors: false });
  // Without any document the library answers with a marker instead of a list.
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const problems: Problem[] = [];
  const objects: FragmentObject[] = [];
  for (const document of documents) {
    const problem = (offset: number, message: string, hint: string) =>
      problems.push({ file, line: lineAt(offset), message, hint });
    const parseErrors = [...document.errors, ...document.warnings];
    for (const error of parseErrors) problem(error.pos[0], error.message, 'mend the YAML');
    const oddKeys = takeKeysAsWritten(document);
    for (const { offset, name } of oddKeys) problem(offset, `a key is ${name}`, 'write a string');
    if (parseErrors.length > 0 || oddKeys.length > 0) continue;
    const value = valueOf(document);
    if (value instanceof Error) {
      problem(unresolvedAlias(document) ?? document.range[0], value.message, 'mend the YAML');
      continue;
    }
    if (value === null || value === undefined) continue;
    if (!isObject(value) || typeof value.kind !== 'string') {
      problem(document.range[0], 'a document without `kind`', 'name the kind it adds to, e.g. `kind: Deployment`');
      continue;
    }
    const exactLineOf = (path: PatchPath) => {
      const { offset, isWhole } = locate(document, path);
      return isWhole ? lineAt(offset) : undefined;
    };
    const plainText = (path: PatchPath) => {
      const { node, isWhole } = locate(document, path);
      return isWhole && isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
    };
    objects.push({ file, value, lineOf: (path) => lineAt(locate(document, path).offset), exactLineOf, plainText });
  }
  return { objects, problems };
}

/** Aliases that stand for more than any fragment has, or for what they stand in, are an error of their own. */
function valueOf(document: Document.Parsed): unknown {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
  try {
    JSON.stringify(value);
    return value;
  } catch {
    return new Error('an alias stands inside of what it names');
  }
}

function unresolvedAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined) offset ??= offsetOf(alias);
    },
  });
  return offset;
}

/** Makes each key the string that is written, also where it looks like a number or a word: `on` is "on". Answers those that are none. */
function takeKeysAsWritten(document: Document.Parsed): { offset: number; name: string }[] {
  const odd: { offset: number; name: string }[] = [];
  visit(document, {
    Pair(_, { key }) {
      const offset = offsetOf(key) ?? 0;
      if (!isScalar(key)) return void odd.push({ offset, name: isAlias(key) ? 'an alias' : 'a list or a map' });
      // `<<` takes in another map.
      if (typeof key.value === 'symbol') return;
      const text = keyText(key);
      if (text === '' || text === '__proto__') odd.push({ offset, name: text === '' ? 'empty' : text });
      key.value = text;
    },
  });
  return odd;
}

/** Where the deepest part of `path` stands in the document, and whether that is all of it. */
function locate(document: Document.Parsed, path: PatchPath): { node: unknown; offset: number; isWhole: boolean } {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  const kind: unknown = document.get('kind');
  let schema = typeof kind === 'string' ? kindSchema(kind) : undefined;
  let walked = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
      schema = fieldSchema(schema, String(step));
    } else if (isSeq(node)) {
      const keys = listKeys(schema);
      const named = (element: unknown) => keys && isNode(element) && elementName(element.toJS(document), keys);
      const element =
        typeof step === 'number'
          ? node.items[step]
          : node.items.find((item, index) => (named(item) ?? String(index)) === step);
      if (element === undefined) break;
      offset = offsetOf(element) ?? offset;
      node = element;
      schema = elementSchema(schema);
    } else break;
    walked += 1;
  }
  return { node, offset, isWhole: walked === path.length };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
