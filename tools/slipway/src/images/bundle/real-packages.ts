import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageClosure } from './package-closure.ts';
import { packageFolder } from './package-folder.ts';
import type { PackageTrace } from './trace-packages.ts';
import { unsafeCode } from './unsafe-code.ts';

/**
 * The packages that stay as npm installed them: those with code that does not work in a bundle, `wanted` ones, and all
 * that these may load, so that no package is there twice. Sorted. The rest may be bundled.
 */
export function realPackages(
  workspaceRoot: string,
  { inputs, broken }: PackageTrace,
  wanted: string[],
  isDevOnly: (folder: string) => boolean,
): string[] {
  const unsafe = new Set([...broken, ...wanted]);
  for (const file of Object.keys(inputs)) {
    const folder = packageFolder(file);
    if (folder === undefined || unsafe.has(folder) || file.endsWith('.json')) continue;
    if (unsafeCode(readFileSync(join(workspaceRoot, file), 'utf8')) !== undefined) unsafe.add(folder);
  }
  const imports = importsBetween(inputs);
  let real = unsafe;
  while (true) {
    const closure = packageClosure(workspaceRoot, real, isDevOnly);
    for (const folder of closure) for (const imported of imports.get(folder) ?? []) closure.add(imported);
    if (closure.size === real.size) return [...closure].sort();
    real = closure;
  }
}

/** Package → the packages that its files import, declared or not. */
function importsBetween(inputs: PackageTrace['inputs']): Map<string, Set<string>> {
  const between = new Map<string, Set<string>>();
  for (const [file, { imports }] of Object.entries(inputs)) {
    const from = packageFolder(file);
    if (from === undefined) continue;
    const all = between.get(from) ?? new Set();
    between.set(from, all);
    for (const { path } of imports) {
      const to = packageFolder(path);
      if (to !== undefined && to !== from) all.add(to);
    }
  }
  return between;
}
