import type { BenchTokens } from './bench-tokens.ts';

export type BenchSetting = {
  /** For configuration, bundles and logs; removed at the end. */
  folder: string;
  port: number;
  upstreamPort: number;
  tokens: BenchTokens;
};

export type Contender = {
  name: string;
  /** What it does beside passing requests on. */
  does: string;
  /** The program that it needs, and Debian's package of it. */
  needs?: { program: string; package: string };
  token(tokens: BenchTokens): string;
  /** Writes what it needs; says how it is started. One process, no workers. */
  prepare(
    setting: BenchSetting,
  ): Promise<{ command: string[]; environment?: Record<string, string>; logFile?: string }>;
};
