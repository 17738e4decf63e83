/**
 * Server settings that keep the values of rows, of parameters and of statements out of Postgres' log: a DETAIL line holds
 * the row that a constraint refused, a STATEMENT line the literals of whoever sits at psql.
 */
export const logSettings = {
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
} as const;
