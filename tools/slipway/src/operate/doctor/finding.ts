/** What one check found. `note`: worth knowing, and nothing is broken. */
export type Finding = { check: string; state: 'ok' | 'note' | 'problem'; message: string; hint?: string };

/** How a check asks the machine; tests answer in its place. */
export type Machine = {
  /** Standard output of a program; undefined when it fails, is missing or does not end within 10 s. */
  output: (program: string, ...args: string[]) => Promise<string | undefined>;
  /** Whether an HTTP server answers there within 5 s, with whatever status. */
  answers: (url: string) => Promise<boolean>;
  fileExists: (path: string) => boolean;
  /** Undefined where it cannot be read. */
  readFile: (path: string) => string | undefined;
  /** Bytes that are free where `path` lies. */
  freeBytes: (path: string) => Promise<number>;
  isPortFree: (port: number) => Promise<boolean>;
  nodeVersion: string;
  platform: NodeJS.Platform;
};
