export type ProcessUsage = { memoryBytes: number; files: number; handles: number; series: string[] };

/** What a process holds, by its own metrics: the text of its `/metrics`. */
export function processUsage(metrics: string): ProcessUsage {
  const lines = metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const value = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  return {
    memoryBytes: value('process_resident_memory_bytes'),
    files: value('process_open_fds'),
    handles: value('nodejs_active_handles_total'),
    // Not what the process is doing at the moment: a kind of handle or of garbage collection shows when there was one.
    series: lines
      .map((line) => line.slice(0, line.lastIndexOf(' ')))
      .filter((name) => !/^nodejs_(active|gc)_/.test(name)),
  };
}
