import { UserError } from '@slipway/util/errors';
import { controlService } from '../../dev/local/control-service.ts';
import { stackOption } from '../../dev/local/local-data-dir.ts';
import type { LocalService } from '../../dev/local/local-service.ts';
import { resetLocalDatabase } from '../../dev/local/reset-local-database.ts';
import { LOG_LEVEL_S } from './log-level-s.ts';
import { noteReporter } from './note-reporter.ts';
import type { StackAction } from './page-action.ts';
import { seedStack } from './seed-stack.ts';

type Scope = {
  workspaceRoot: string;
  /** Of the stack, if it has one. */
  stack?: string;
  services: () => Promise<LocalService[]>;
  control?: typeof controlService;
};

const TIMEOUT_S = 60;
const LEVEL_MS = 5000;

/** Does what a button asks of the stack of this machine. Throws UserError when it does not work. */
export async function localAct(
  { workspaceRoot, stack, services, control = controlService }: Scope,
  action: StackAction,
  { signal, note }: { signal: AbortSignal; note: (line: string) => void },
): Promise<void> {
  const named = stack === undefined ? {} : { stack };
  const report = noteReporter(note);
  switch (action.kind) {
    case 'restart':
    case 'start':
    case 'stop': {
      const options = { action: action.kind, timeout: TIMEOUT_S, ...named };
      await control(workspaceRoot, action.service, options, { report, signal });
      return;
    }
    case 'reset': {
      // The page has asked.
      const session = { report, signal, ask: () => Promise.resolve() };
      await resetLocalDatabase(workspaceRoot, action.service, { timeout: TIMEOUT_S, ...named }, session);
      return;
    }
    case 'log-level':
      return changeLogLevel(await services(), action, note);
    case 'seed': {
      const all = await services();
      const entry = all.find(({ name }) => !all.some(({ calls }) => calls.includes(name)));
      return seedStack(workspaceRoot, entry === undefined ? {} : { environment: { GATEWAY_URL: entry.url } }, {
        signal,
        note,
      });
    }
    case 'redeploy':
    case 'rollback':
      throw new UserError(`a process has no revision to ${action.kind === 'redeploy' ? 'deploy' : 'go back to'}`, {
        hint: `npx nx run ${action.service}:restart${stackOption(stack)}`,
      });
  }
}

async function changeLogLevel(
  services: LocalService[],
  { service, level }: Extract<StackAction, { kind: 'log-level' }>,
  note: (line: string) => void,
): Promise<void> {
  const local = services.find(({ name }) => name === service);
  if (local === undefined) throw new UserError(`there is no service "${service}"`);
  const response = await fetch(`${local.managementUrl}/log-level`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ level, forSeconds: LOG_LEVEL_S }),
    signal: AbortSignal.timeout(LEVEL_MS),
  });
  if (!response.ok) throw new UserError(`${service} answers ${response.status} to PUT /log-level`);
  note(`${service} logs ${level} and above for ten minutes`);
}
