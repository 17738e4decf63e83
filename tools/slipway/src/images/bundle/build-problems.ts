import { ValidationError } from '../../util/problems/validation-error.ts';
import { OUTSIDE } from './externals-plugin.ts';

type BuildFailure = {
  errors?: { text: string; detail?: unknown; location: { file: string; line: number; lineText: string } | null }[];
};

/** The file is foreign, so no edit of it helps. */
export const OUTSIDE_HINT = 'install it in this workspace (npm install), or move the source into the workspace';

/** What esbuild threw as problems of the sources below `root`; anything else as it is. */
export function asProblems(error: unknown, root: string): unknown {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return error;
  return new ValidationError(
    errors.map(({ text, detail, location }) => ({
      file: location?.file ?? `${root}/src`,
      ...(location === null ? {} : { line: location.line }),
      message: `${text}${location === null || location.lineText === '' ? '' : `: ${location.lineText.trim()}`}`,
      hint: detail === OUTSIDE ? OUTSIDE_HINT : hintOf(text, root),
    })),
  );
}

function hintOf(text: string, root: string): string {
  if (text.includes('emitDecoratorMetadata'))
    return 'remove the option, and give decorators what they need as arguments';
  const [, missing] = /^Could not resolve "([^./][^"]*)"/.exec(text) ?? [];
  return missing === undefined ? 'mend the source' : `npm install ${missing} -w ${root}`;
}
