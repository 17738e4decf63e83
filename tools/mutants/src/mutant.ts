/**
 * A file of `node --test`, and of it the tests whose names match; all without a name. Or specs of `e2e-k8s:chaos` by
 * their titles, against the cluster, to which the copy is deployed first.
 */
export type GuardTest = { file: string; name?: string } | { chaos: string };

/** One guard taken out, and the test that must notice. */
export type Mutant = {
  name: string;
  /** What the guard keeps from happening. */
  guard: string;
  /** Relative to the workspace. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
  test: GuardTest;
};

/**
 * `killed`: the test went red. `survived`: it stayed green. `broken`: the file does not even parse, which proves nothing.
 * `misplaced`: what is to be found is not there, or not once. `unproven`: the test is red without the mutant.
 */
export type Verdict = 'killed' | 'survived' | 'broken' | 'misplaced' | 'unproven';

/** The file with the guard taken out; undefined unless what is to be found stands there exactly once. */
export function mutate({ find, replace }: Pick<Mutant, 'find' | 'replace'>, text: string): string | undefined {
  const [before, after, ...more] = text.split(find);
  return before === undefined || after === undefined || more.length > 0 ? undefined : before + replace + after;
}
