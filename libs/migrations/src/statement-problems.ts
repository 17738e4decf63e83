import type { MigrationProblem } from './migration-problem.ts';
import { type SqlStatement, splitScript } from './split-script.ts';

const NO_TRANSACTION = /^--[ \t]*slipway:[ \t]*no[- ]transaction[ \t]*$/im;

/** Heads of statements that end, begin or leave a transaction. */
const TRANSACTION_CONTROL = /^(begin|start transaction|commit|end|rollback|abort|prepare transaction)\b/;

/** Heads of statements that Postgres refuses inside a transaction, always. */
const OUTSIDE_TRANSACTION = new RegExp(
  `^(${[
    'create (unique )?index concurrently',
    'drop index concurrently',
    'reindex (\\( .* \\) )?(table|index|schema|database|system) concurrently',
    'reindex (\\( .* \\) )?(database|system)',
    'vacuum',
    'cluster$',
    '(create|drop) (database|tablespace)',
    'alter database .* set tablespace',
    'alter system',
    'alter table .* detach partition .* concurrently',
  ].join('|')})( |$)`,
);

/** What sets the search path for the session, and to what. */
const SEARCH_PATH = [
  /^set (?:session )?search_path (?:=|to) (.*)$/,
  /^set (?:session )?schema (.*)$/,
  /^select (?:pg_catalog \. )?set_config \( 'search_path' , (.*) , (?:false|'f'|'false') \)/,
];

const SHOWN_CHARACTERS = 60;

/** Whether the file asks to run statement by statement, each for itself. */
export function isWithoutTransaction(sql: string): boolean {
  return NO_TRANSACTION.test(sql);
}

/** The statements of a migration, and those that cannot work in one: the first of each kind. */
export function examineStatements(
  file: string,
  sql: string,
): { statements: SqlStatement[]; problems: MigrationProblem[] } {
  const { statements, psqlCommands } = splitScript(sql);
  const withoutTransaction = isWithoutTransaction(sql);
  const problems: MigrationProblem[] = psqlCommands
    .slice(0, 1)
    .map(({ text, line }) => ({ code: 'psql-command', file, line, command: shown(text) }));
  const add = (statement: SqlStatement | undefined, make: (line: number, text: string) => MigrationProblem) => {
    if (statement !== undefined) problems.push(make(statement.line, shown(statement.text)));
  };
  if (!withoutTransaction) {
    add(
      statements.find(({ head }) => TRANSACTION_CONTROL.test(head)),
      (line, statement) => ({ code: 'transaction-control', file, line, statement }),
    );
    add(
      statements.find(({ head }) => OUTSIDE_TRANSACTION.test(head)),
      (line, statement) => ({ code: 'cannot-run-in-transaction', file, line, statement }),
    );
  }
  add(
    statements.find(({ head }) => /^copy .* from stdin\b/.test(head)),
    (line, statement) => ({ code: 'copy-from-stdin', file, line, statement }),
  );
  add(statements.find(hidesPublic), (line, statement) => ({
    code: 'search-path',
    file,
    line,
    statement,
    isWithoutTransaction: withoutTransaction,
  }));
  return { statements, problems };
}

/** A dump empties the search path for its session: then no name without a schema means a table any more. */
function hidesPublic({ head }: SqlStatement): boolean {
  const path = SEARCH_PATH.map((pattern) => pattern.exec(head)?.[1]).find((value) => value !== undefined);
  return path !== undefined && !/\b(public|default)\b/i.test(path);
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}
