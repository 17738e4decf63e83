/** Pino's numbers for its levels. */
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

export type LevelName = keyof typeof LEVELS;
export const LEVEL_NAMES = Object.keys(LEVELS) as LevelName[];

const NUMBERS = new Map<string, number>(Object.entries(LEVELS));

/** What Postgres calls its severities, as it writes them in its own lines. */
const POSTGRES: Record<string, LevelName> = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  LOG: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'fatal',
  PANIC: 'fatal',
  // These continue the line above them, which may be worth reading.
  DETAIL: 'warn',
  HINT: 'warn',
  STATEMENT: 'warn',
  CONTEXT: 'warn',
};
const SEVERITY = new RegExp(`\\] (?:\\S+ )?(${Object.keys(POSTGRES).join('|')})\\d?: `);

/** The number of a level that is written as a name or as a number; `info` for what is neither. */
export function levelNumber(level: unknown): number {
  if (typeof level === 'number') return level;
  return NUMBERS.get(String(level).toLowerCase()) ?? LEVELS.info;
}

export function levelName(level: number): string {
  const [name = String(level)] = [...NUMBERS].find(([, number]) => number === level) ?? [];
  return name;
}

/** The level of a line that is no JSON: Postgres names one, others do not. */
export function plainLevel(line: string): number | undefined {
  const severity = SEVERITY.exec(line)?.[1];
  const name = severity === undefined ? undefined : POSTGRES[severity];
  return name && LEVELS[name];
}
