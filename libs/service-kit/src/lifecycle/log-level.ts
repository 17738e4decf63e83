import Type from 'typebox';
import { Compile } from 'typebox/schema';
import type { Logger } from '../observability/logger.ts';
import { validationProblem } from '../http/validator-compiler.ts';

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const longestS = 86_400;

const LevelChange = Type.Object(
  {
    level: Type.Enum([...levels]),
    /** After so many seconds the level is again what LOG_LEVEL says. */
    forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: longestS })),
  },
  { additionalProperties: false },
);

export type LogLevelState = { level: string; configured: string; revertsAt: string | null };

const validator = Compile(LevelChange);

/** The level of the process's log, which may be changed while it runs. `configured`: what LOG_LEVEL says. */
export class LogLevel {
  readonly #logger: Logger;
  readonly #configured: string;
  #timer: NodeJS.Timeout | undefined;
  #revertsAt: string | null = null;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#configured = logger.level;
  }

  get state(): LogLevelState {
    return { level: this.#logger.level, configured: this.#configured, revertsAt: this.#revertsAt };
  }

  /** Throws a validation problem for what is no change. */
  change(body: unknown): LogLevelState {
    if (!validator.Check(body)) throw validationProblem(validator.Errors(body)[1]);
    const { level, forSeconds } = body;
    clearTimeout(this.#timer);
    this.#revertsAt = null;
    this.#set(level);
    if (forSeconds !== undefined) {
      this.#revertsAt = new Date(Date.now() + forSeconds * 1000).toISOString();
      this.#timer = setTimeout(() => {
        this.#revertsAt = null;
        this.#set(this.#configured);
      }, forSeconds * 1000).unref();
    }
    return this.state;
  }

  #set(level: string): void {
    this.#logger.warn({ from: this.#logger.level, to: level }, 'the log level changes');
    this.#logger.level = level;
  }
}
