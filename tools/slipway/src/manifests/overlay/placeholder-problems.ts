import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object.ts';
import { isObject } from '../../util/json-object.ts';
import type { Problem } from '../../util/problems/problem.ts';

/** What an overlay says where only its platform knows the value. */
export const PLACEHOLDER = 'change-me';

/** A problem for each value of the rendered objects that still is a placeholder, at its line in the files of `deploy`. */
export function placeholderProblems(workspaceRoot: string, overlay: string, objects: KubernetesObject[]): Problem[] {
  const lines = placeholderLines(workspaceRoot, overlay);
  return objects.flatMap((object) =>
    placeholders(object, []).map(({ path, value }) => {
      const key = path.findLast((step) => !/^\d+$/.test(step)) ?? '';
      const found = lines.filter(({ text }) => text.includes(value));
      // Short placeholders stand in several files: the one of this kind, and the line of this key, if there are such.
      const source = found.find(({ text, kinds }) => kinds.includes(object.kind) && text.includes(`${key}:`)) ??
        found.find(({ kinds }) => kinds.includes(object.kind)) ??
        found[0] ?? { file: overlay, line: undefined };
      return {
        file: source.file,
        line: source.line,
        key: `${object.kind}/${object.metadata.name} ${path.join('.')}`,
        message: `is the placeholder ${value}`,
        hint: 'write the value of your platform, or take the file out of kustomization.yaml',
      };
    }),
  );
}

function placeholders(value: unknown, path: string[]): { path: string[]; value: string }[] {
  if (typeof value === 'string') return value.includes(PLACEHOLDER) ? [{ path, value }] : [];
  if (Array.isArray(value)) return value.flatMap((element, index) => placeholders(element, [...path, String(index)]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => placeholders(inner, [...path, key]));
}

type Line = { file: string; line: number; text: string; kinds: string };

/** The overlay's own files first: another overlay may patch what they say. `kinds`: the file's lines that name a kind. */
function placeholderLines(workspaceRoot: string, overlay: string): Line[] {
  const own = globSync(`${overlay}/**/*.yaml`, { cwd: workspaceRoot }).sort();
  const others = globSync('deploy/**/*.yaml', { cwd: workspaceRoot }).sort();
  return [...new Set([...own, ...others])].flatMap((file) => {
    const lines = readFileSync(join(workspaceRoot, file), 'utf8').split('\n');
    const kinds = lines.filter((line) => line.includes('kind:')).join('\n');
    return lines.flatMap((text, index) =>
      text.includes(PLACEHOLDER) && !text.trimStart().startsWith('#') ? [{ file, line: index + 1, text, kinds }] : [],
    );
  });
}
