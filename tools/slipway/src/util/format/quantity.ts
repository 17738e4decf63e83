const SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** `1.5Gi`, `2e3`, `100m`, `250000u` → a number, as Kubernetes reads quantities; undefined for what is none. */
export function parseQuantity(text: string | number): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE])|([KMGTPE])i)?$/.exec(String(text));
  if (match === null) return undefined;
  const [, number = '', exponent, decimal = '', binary] = match;
  if (binary !== undefined) return Number(number) * 1024 ** powerOf(binary.replace('K', 'k'));
  // By its exponent and not by a product, which is rounded: 1.001G is as much as 1001M.
  return Number(`${number}e${exponent ?? 3 * powerOf(decimal)}`);
}

function powerOf(suffix: string): number {
  return SUFFIXES.indexOf(suffix) - SUFFIXES.indexOf('');
}
