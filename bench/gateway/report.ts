export type Round = { requestsPerSecond: number; cpuMicroseconds: number; p99Ms: number };
export type Figures = Round & { name: string; does: string };

/** `first` is what the others are compared with. */
export function table([first, ...others]: Figures[]): string {
  if (first === undefined) return '';
  const ratio = (value: number, own: number) => `×${(value / own).toFixed(2)}`;
  const rows = [first, ...others].map((figures) => [
    figures.name,
    figures.requestsPerSecond.toFixed(0),
    ratio(figures.requestsPerSecond, first.requestsPerSecond),
    figures.cpuMicroseconds.toFixed(1),
    ratio(figures.cpuMicroseconds, first.cpuMicroseconds),
    figures.p99Ms.toFixed(1),
    ratio(figures.p99Ms, first.p99Ms),
    figures.does,
  ]);
  const head = ['gateway', 'requests/s', '', 'CPU µs/request', '', 'p99 ms', '', 'beside passing on'];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]) =>
    row.map((cell, at) => (at === 0 || at === 7 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  ');
  return [line(head), ...rows.map(line)].map((text) => text.trimEnd()).join('\n');
}

export function medians(rounds: Round[]): Round {
  const median = (pick: (round: Round) => number) => {
    const values = rounds.map(pick).sort((a, b) => a - b);
    const middle = values.length >> 1;
    return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
  };
  return {
    requestsPerSecond: median((round) => round.requestsPerSecond),
    cpuMicroseconds: median((round) => round.cpuMicroseconds),
    p99Ms: median((round) => round.p99Ms),
  };
}
