/** The oldest Node that runs what is ours, e.g. `22.19`. */
export const minimumNode: string;
/** Whether `version` (this Node's by default) is older. */
export function isTooOld(version?: string): boolean;
/** Why this Node runs none of our programs; undefined when it does. */
export function nodeVersionProblem(program: string, version?: string): string | undefined;
