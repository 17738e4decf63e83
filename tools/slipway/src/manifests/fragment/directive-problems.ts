import { isObject, type JsonObject } from '../../util/json-object.ts';
import { nearest } from '../../util/format/nearest.ts';
import type { MergeProblem } from './merge-problem.ts';

const DIRECTIVES = ['delete', 'merge', 'replace'];

/** What is wrong with the directives of a patch that is put onto `base`: fields that begin with `$`. Paths are relative. */
export function directiveProblems(
  base: unknown,
  patch: JsonObject,
  { names, isElementOfAtomicList }: { names: string[]; isElementOfAtomicList: boolean },
): MergeProblem[] {
  const { $patch: directive, ...fields } = patch;
  const problems: MergeProblem[] = Object.keys(fields)
    .filter((field) => field.startsWith('$'))
    .map((field) => ({
      path: [field],
      message: `"${field}" is no directive that slipway carries out`,
      hint: 'there is one: $patch, with delete, merge or replace',
    }));
  if (directive === undefined) return problems;
  const problem = (message: string, hint: string) => problems.push({ path: ['$patch'], message, hint });
  if (typeof directive !== 'string' || !DIRECTIVES.includes(directive)) {
    const near = typeof directive === 'string' ? nearest(directive, DIRECTIVES) : undefined;
    problem(
      `${JSON.stringify(directive)} is no directive`,
      near === undefined ? `one of: ${DIRECTIVES.join(', ')}` : `did you mean "${near}"?`,
    );
  } else if (isElementOfAtomicList) {
    problem('stands in a list whose elements have no name', 'drop it, and write the whole list: it replaces the other');
  } else if (directive === 'delete') {
    const more = Object.keys(fields).filter((field) => !names.includes(field) && !field.startsWith('$'));
    if (!isObject(base)) problem('deletes what is not there', 'drop it, or correct the name of what it is to delete');
    else if (more.length > 0)
      problem(`deletes all of it, and beside it stands ${more.join(', ')}`, 'drop the one or the other');
  }
  return problems;
}
