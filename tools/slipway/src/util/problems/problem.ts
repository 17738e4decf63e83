/** One thing that is wrong with what the user wrote, and how to mend it. `file` is relative to the workspace. */
export type Problem = {
  file: string;
  /** 1-based; absent where the problem is about the whole file. */
  line?: number | undefined;
  /** What in the file: a key of the environment, a path in an object. */
  key?: string;
  message: string;
  hint: string;
};
