/** Something wrong with a file of a migrations folder, by itself or for a database. `file`: its name in the folder. */
export type MigrationProblem = { file: string } & (
  | { code: 'bad-name'; suggestion: string | undefined }
  | { code: 'not-a-migration' }
  | { code: 'folder' }
  | { code: 'symbolic-link' }
  | { code: 'not-a-file' }
  | { code: 'same-number'; other: string; suggestion: string }
  | { code: 'gap'; number: number; expected: number; suggestion: string }
  | { code: 'not-utf8'; line: number; guess: 'ISO-8859-1' | 'UTF-16' }
  | { code: 'byte-order-mark'; line: number }
  | { code: 'nul-character'; line: number }
  | { code: 'transaction-control'; line: number; statement: string }
  | { code: 'cannot-run-in-transaction'; line: number; statement: string }
  | { code: 'copy-from-stdin'; line: number; statement: string }
  | { code: 'psql-command'; line: number; command: string }
  | { code: 'search-path'; line: number; statement: string; isWithoutTransaction: boolean }
  | { code: 'edited'; appliedAt: Date | undefined }
  /** `successor`: the file that has the number of `applied` now. */
  | { code: 'renamed'; applied: string; successor: string | undefined }
  /** `suggestion`: for `file`, which has the number of `applied` and which the database lacks; else `file` is `applied`'s. */
  | { code: 'missing'; applied: string; suggestion: string | undefined }
  | { code: 'unknown-entry'; applied: string }
  | { code: 'late'; after: string; suggestion: string }
);
