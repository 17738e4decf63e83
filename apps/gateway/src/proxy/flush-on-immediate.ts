type Writer = { write(): void };

let waiting: Writer[] = [];

/**
 * Lets `writer` write when this turn of the event loop has read from all sockets. Writes that follow each other wake
 * their reader once; between reads each would wake it anew, which costs more than the write.
 */
export function flushOnImmediate(writer: Writer): void {
  if (waiting.push(writer) === 1) setImmediate(run);
}

function run(): void {
  const writers = waiting;
  waiting = [];
  for (const writer of writers) writer.write();
}
