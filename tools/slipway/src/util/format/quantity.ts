const SUFFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/** `1.5Gi`, `2e3`, `100m` → a number, as Kubernetes reads quantities; undefined for what is none. */
export function parseQuantity(text: string | number): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(m|[kMGTPE]|[KMGTPE]i)?$/.exec(String(text));
  if (match === null) return undefined;
  const [, number, suffix = ''] = match;
  if (suffix === 'm') return Number(number) / 1000;
  const isBinary = suffix.endsWith('i');
  const power = SUFFIXES.indexOf(isBinary ? suffix[0]!.replace('K', 'k') : suffix);
  return Number(number) * (isBinary ? 1024 : 1000) ** power;
}
