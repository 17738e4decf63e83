import { ValidationError } from '../../util/problems/validation-error.ts';

type BuildFailure = {
  errors?: { text: string; location: { file: string; line: number; lineText: string } | null }[];
};

/** What esbuild threw as problems of the sources below `root`; anything else as it is. */
export function asProblems(error: unknown, root: string): unknown {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return error;
  return new ValidationError(
    errors.map(({ text, location }) => ({
      file: location?.file ?? `${root}/src`,
      ...(location === null ? {} : { line: location.line }),
      message: `${text}${location === null ? '' : `: ${location.lineText.trim()}`}`,
      hint: 'mend the source',
    })),
  );
}
