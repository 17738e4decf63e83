import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Scalar,
  visit,
} from 'yaml';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import { elementSchema, fieldSchema, kindSchema } from '../schema/kubernetes-schema.ts';
import { elementName, listKeys } from '../schema/list-keys.ts';
import { GO_YAML } from './go-yaml.ts';
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
  const text = readFileSync(join(workspaceRoot, file), 'utf8');
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
    for (const key of unclearKeys(document)) {
      const message = `the key ${key.source} is ${JSON.stringify(key.value)} to Kubernetes' YAML`;
      problem(key.range?.[0] ?? 0, message, `quote it: '${key.source}'`);
    }
    if (parseErrors.length > 0) continue;
    const value = valueOf(document);
    if (value instanceof Error) {
      problem(document.range[0], value.message, 'mend the YAML');
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

/** Aliases that stand for more than any fragment has are an error of their own. */
function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
}

/** Keys that become other text than what is written: `on` is true. */
function unclearKeys(document: Document.Parsed): Scalar[] {
  const keys: Scalar[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (
        isScalar(key) &&
        key.source !== undefined &&
        typeof key.value !== 'string' &&
        String(key.value) !== key.source
      )
        keys.push(key);
    },
  });
  return keys;
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
