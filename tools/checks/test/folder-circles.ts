import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/**
 * Groups of folders below `src` of which each imports, directly or through others, from every other one. Types count:
 * who reads a folder needs what it names. Files of `src` itself put its folders together, and belong to none.
 */
export function folderCircles(src: string): string[][] {
  const imports = importsBetweenFolders(src);
  const reached = new Map([...imports.keys()].map((folder) => [folder, reachable(folder, imports)]));
  const circles = [...reached].map(([folder, others]) =>
    [...others].filter((other) => reached.get(other)?.has(folder)).sort(),
  );
  return [...new Map(circles.filter(({ length }) => length > 0).map((circle) => [circle.join(), circle])).values()];
}

function importsBetweenFolders(src: string): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const file of globSync('**/*.ts', { cwd: src })) {
    const folder = dirname(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(join(src, file), 'utf8'));
    for (const { fileName } of importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const target = dirname(normalize(join(folder, fileName)));
      if (target !== folder && folder !== '.' && target !== '.')
        imports.set(folder, (imports.get(folder) ?? new Set()).add(target));
    }
  }
  return imports;
}

function reachable(from: string, imports: Map<string, Set<string>>): Set<string> {
  const found = new Set<string>();
  const waiting = [...(imports.get(from) ?? [])];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    waiting.push(...(imports.get(folder) ?? []));
  }
  return found;
}
