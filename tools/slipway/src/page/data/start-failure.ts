import { formatLogLine } from '../../operate/logs/format-log-line.ts';
import type { ServiceState } from '../../dev/local/service-journal.ts';
import type { PageFinding } from './page-types.ts';

const MOST_LINES = 8;
/** sysexits' EX_CONFIG: the environment was refused. */
const REFUSED = /exit code 78\b/;
const OUT_OF_MEMORY = /heap out of memory|ERR_WORKER_OUT_OF_MEMORY|\boom\b/i;

type Failed = Extract<ServiceState, { phase: 'failed' }>;

/** Why a start failed; a process says it in its last lines. */
export function startFailure({
  code,
  message,
  details,
  isServing,
}: Failed): Pick<PageFinding, 'code' | 'severity' | 'message' | 'details' | 'hint'> {
  const text = [message, ...details].join('\n');
  const shown = details.slice(-MOST_LINES).map((line) => formatLogLine(line, undefined)?.text ?? line);
  const meanwhile = isServing ? '; the code before it serves on' : '';
  const common = {
    severity: isServing ? ('warning' as const) : ('error' as const),
    message: `${message}${meanwhile}`,
    details: shown,
  };
  if (REFUSED.test(text))
    return {
      ...common,
      code: 'environment-refused',
      hint: 'correct the key that its log names: it is declared in src/config.ts, its value may come from .env',
    };
  if (OUT_OF_MEMORY.test(text))
    return {
      ...common,
      code: 'out-of-memory',
      hint: 'its heap was full: look for what grows, or raise --max-old-space-size in NODE_OPTIONS',
    };
  return { ...common, code, ...HINTS[code] };
}

const HINTS: Partial<Record<Failed['code'], { hint: string }>> = {
  'build-failed': { hint: 'fix the file and save it: the service then starts automatically' },
  'migrations-failed': { hint: 'fix the migration and save it: the service then starts automatically' },
  'ended-early': { hint: 'its last lines say why; a save of one of its files starts it again' },
  crashed: { hint: 'its last lines say why; a save of one of its files starts it again' },
};
