/** Where in a patch: fields by their names, elements of lists by their positions. */
export type PatchPath = (string | number)[];

export type MergeProblem = { path: PatchPath; message: string; hint: string };
