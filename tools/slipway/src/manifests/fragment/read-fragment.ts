import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Problem } from '../../util/problems/problem.ts';
import { isObject, type JsonObject } from '../../util/json-object.ts';
import { mergeKey } from '../schema/merge-keys.ts';

/** One partial object of a fragment, with the way back to its lines. */
export type FragmentObject = {
  file: string;
  value: JsonObject;
  /** Line of the deepest part of `path` that the fragment says; list elements are named by their merge key. */
  lineOf: (path: string[]) => number;
  /** The same, but undefined unless the fragment says all of `path`. */
  exactLineOf: (path: string[]) => number | undefined;
};

/** Reads `k8s/fragment.yaml` of the service in `root`. Problems: what is no YAML, and documents that are no objects. */
export function readFragment(workspaceRoot: string, root: string): { objects: FragmentObject[]; problems: Problem[] } {
  const file = `${root}/k8s/fragment.yaml`;
  const text = readFileSync(join(workspaceRoot, file), 'utf8');
  const lines = new LineCounter();
  // YAML 1.1, as Kubernetes reads it: `defaultMode: 0644` is octal and a bare `on` is a boolean.
  const parsed = parseAllDocuments(text, { version: '1.1', lineCounter: lines, prettyErrors: false });
  // Without any document the library answers with a marker instead of a list.
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const problems: Problem[] = [];
  const objects: FragmentObject[] = [];
  for (const document of documents) {
    for (const error of document.errors) {
      problems.push({ file, line: lines.linePos(error.pos[0]).line, message: error.message, hint: 'mend the YAML' });
    }
    if (document.errors.length > 0) continue;
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const line = lines.linePos(document.range[0]).line;
    if (!isObject(value) || typeof value.kind !== 'string') {
      problems.push({
        file,
        line,
        message: 'a document without `kind`',
        hint: 'name the kind it adds to, e.g. `kind: Deployment`',
      });
      continue;
    }
    const lineAt = (offset: number) => lines.linePos(offset).line;
    const exactLineOf = (path: string[]) => {
      const { offset, isWhole } = locate(document, path);
      return isWhole ? lineAt(offset) : undefined;
    };
    objects.push({ file, value, lineOf: (path) => lineAt(locate(document, path).offset), exactLineOf });
  }
  return { objects, problems };
}

/** Where the deepest part of `path` stands in the document, and whether that is all of it. */
function locate(document: Document.Parsed, path: string[]): { offset: number; isWhole: boolean } {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  const walked: string[] = [];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === step);
      if (pair === undefined) break;
      offset = (pair.key as { range?: [number, number, number] }).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const key = mergeKey(walked);
      const element = node.items.find((item, index) =>
        key === undefined ? String(index) === step : isMap(item) && String(item.get(key)) === step,
      );
      if (element === undefined) break;
      offset = (element as { range?: [number, number, number] }).range?.[0] ?? offset;
      node = element;
    } else break;
    walked.push(step);
  }
  return { offset, isWhole: walked.length === path.length };
}
