import type { PageFinding, PageTransaction } from './page-types.ts';

/** A statement that takes longer is a finding, s. */
const SLOW_S = 2;
/** A transaction that does nothing for so long holds what others may need, s. */
const IDLE_S = 10;

/** A transaction that others wait for, or that takes long. `command`: opens a console of its database. */
export function transactionFinding(who: string, transaction: PageTransaction, command: string): PageFinding[] {
  const { pid, client, seconds, state, query, blocks } = transaction;
  const holder = `process ${pid}${client === '' ? '' : ` (${client})`}`;
  const forSeconds = `${Math.round(seconds)} s`;
  const details = [`${state}: ${query}`];
  const hint = `select pg_terminate_backend(${pid}) ends it`;
  if (blocks.length > 0)
    return [
      {
        code: 'locked',
        severity: 'error',
        who,
        message: `a transaction of ${holder}, open for ${forSeconds}, holds a lock that ${blocks.length === 1 ? 'another waits' : `${blocks.length} others wait`} for`,
        details,
        hint,
        command,
      },
    ];
  if (state === 'active' && seconds > SLOW_S)
    return [
      {
        code: 'slow-query',
        severity: 'warning',
        who,
        message: `a statement of ${holder} runs for ${forSeconds}`,
        details,
        hint: `explain it in psql; ${hint}`,
        command,
      },
    ];
  if (state.startsWith('idle in transaction') && seconds > IDLE_S)
    return [
      {
        code: 'idle-transaction',
        severity: 'warning',
        who,
        message: `${holder} has left a transaction open for ${forSeconds}`,
        details,
        hint,
        command,
      },
    ];
  return [];
}
