import { FaultsError } from '../faults/faults-error.ts';

type BuildFailure = {
  errors?: { text: string; location: { file: string; line: number; lineText: string } | null }[];
};

/** What esbuild threw as faults of the sources below `root`; anything else as it is. */
export function asFaults(error: unknown, root: string): unknown {
  const { errors } = error as BuildFailure;
  if (errors === undefined) return error;
  return new FaultsError(
    errors.map(({ text, location }) => ({
      file: location?.file ?? `${root}/src`,
      ...(location === null ? {} : { line: location.line }),
      problem: `${text}${location === null ? '' : `: ${location.lineText.trim()}`}`,
      cure: 'mend the source',
    })),
  );
}
