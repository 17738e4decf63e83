/** One measured run. */
export type Sample = { name: string; ms: number; peakMegabytes?: number };

export type Row = { name: string; medianMs: number; ratio: number; samples: number[]; peakMegabytes?: number };

/** Medians by name, in the order in which the names came; `ratio`: beside the first row called `reference`, or the first. */
export function rows(samples: Sample[], reference: string): Row[] {
  const names = [...new Set(samples.map(({ name }) => name))];
  const of = (name: string) => samples.filter((sample) => sample.name === name);
  const base = median(of(names.includes(reference) ? reference : names[0]!).map(({ ms }) => ms));
  return names.map((name) => {
    const peaks = of(name).flatMap(({ peakMegabytes }) => peakMegabytes ?? []);
    const medianMs = median(of(name).map(({ ms }) => ms));
    return {
      name,
      medianMs: Math.round(medianMs),
      ratio: Number((medianMs / base).toFixed(2)),
      samples: of(name).map(({ ms }) => Math.round(ms)),
      ...(peaks.length === 0 ? {} : { peakMegabytes: Math.round(Math.max(...peaks)) }),
    };
  });
}

export function table(all: Row[]): string {
  const width = Math.max(...all.map(({ name }) => name.length));
  const line = ({ name, medianMs, ratio, peakMegabytes }: Row) =>
    `${name.padEnd(width)}  ${(medianMs / 1000).toFixed(2).padStart(7)} s  ${`×${ratio.toFixed(2)}`.padStart(7)}${peakMegabytes === undefined ? '' : `  ${peakMegabytes} MB at most`}`;
  return all.map(line).join('\n');
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
