import { createInterface } from 'node:readline/promises';
import { UserError } from '@slipway/util/errors';

/** How long a question waits for its answer, ms. */
const PATIENCE_MS = 5 * 60_000;

type ConfirmOptions = {
  /** What is about to happen, ending with a full stop. */
  what: string;
  /** Agreed beforehand, by `--yes`. */
  yes: boolean;
  /** Whether the user can answer; default: on a terminal. Nx gives no terminal to tasks that run in parallel. */
  canAsk?: boolean;
  signal: AbortSignal;
  input?: NodeJS.ReadStream;
  output?: NodeJS.WriteStream;
};

/** Asks on the terminal whether to go on. Throws UserError without a terminal, without a yes, and after five minutes. */
export async function confirm({
  what,
  yes,
  signal,
  input = process.stdin,
  output = process.stdout,
  canAsk = input.isTTY && output.isTTY,
}: ConfirmOptions): Promise<void> {
  if (yes) return;
  if (!canAsk) {
    throw new UserError(`${what} There is no terminal to ask on: nothing was touched`, { hint: 'add --yes to agree' });
  }
  const lines = createInterface({ input, output });
  const patience = AbortSignal.timeout(PATIENCE_MS);
  // Ctrl-D closes the interface, and no answer comes any more; Ctrl-C aborts the question.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const asked = lines.question(`${what} Go on? [y/N] `, { signal: AbortSignal.any([signal, patience]) });
    const answer = await Promise.race([asked, closed]);
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new UserError('not confirmed: nothing was touched');
  } catch (error) {
    signal.throwIfAborted();
    if (patience.aborted) throw new UserError('no answer within five minutes: nothing was touched');
    const isAborted = error instanceof Error && error.name === 'AbortError';
    throw isAborted ? new UserError('not confirmed: nothing was touched') : error;
  } finally {
    lines.close();
  }
}
