import { ValidationError } from '../../util/problems/validation-error.ts';
import { METADATA } from './decorator-metadata.ts';
import { OUTSIDE } from './externals-plugin.ts';
import type { BuildFailure } from 'esbuild';

/** The file is foreign, so no edit of it helps. */
export const OUTSIDE_HINT = 'install it in this workspace (npm install), or move the source into the workspace';

const HINTS = new Map<unknown, string>([
  [OUTSIDE, OUTSIDE_HINT],
  [METADATA, 'npm install -D typescript, or remove the option'],
]);

/** What esbuild threw as problems of the sources below `root`; anything else as it is. */
export function asProblems(error: unknown, root: string): unknown {
  if (!isBuildFailure(error)) return error;
  return new ValidationError(
    error.errors.map(({ text, detail, location }) => ({
      file: location?.file ?? `${root}/src`,
      ...(detail === METADATA ? { key: `compilerOptions.${METADATA}` } : {}),
      ...(location === null || detail === METADATA ? {} : { line: location.line }),
      message: `${text}${location === null || location.lineText === '' ? '' : `: ${location.lineText.trim()}`}`,
      hint: HINTS.get(detail) ?? hintOf(text, root),
    })),
  );
}

/** esbuild's own error has no class that is exported. */
export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && 'warnings' in error && Array.isArray(error.errors);
}

function hintOf(text: string, root: string): string {
  const [, missing] = /^Could not resolve "([^./][^"]*)"/.exec(text) ?? [];
  return missing === undefined ? 'mend the source' : `npm install ${missing} -w ${root}`;
}
