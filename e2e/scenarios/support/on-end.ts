const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does `work` when this process ends, also when it is ended: node:test alone would die of the signal at once. */
export function onEnd(work: () => void): void {
  process.on('exit', work);
  for (const signal of SIGNALS) if (!process.listeners(signal).includes(exit)) process.on(signal, exit);
}

function exit(): void {
  process.exit(1);
}
