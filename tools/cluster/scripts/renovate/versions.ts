/** -1, 0 or 1, as `sort` wants it; both are plain versions such as 1.37.2. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  const index = left.findIndex((number, position) => number !== right[position]);
  return index < 0 ? 0 : Math.sign((left[index] ?? 0) - (right[index] ?? 0));
}

export const isVersion = (text: string): boolean => /^\d+\.\d+\.\d+$/.test(text);

/** The version that Kubernetes was tested with or the next one there is; a newer patch in use stays. */
export function closestVersion(tested: string, available: readonly string[], current?: string): string | undefined {
  const sameMinor = current?.split('.').slice(0, 2).join('.') === tested.split('.').slice(0, 2).join('.');
  if (current !== undefined && sameMinor && compareVersions(current, tested) >= 0) return current;
  return available.filter((version) => compareVersions(version, tested) >= 0).sort(compareVersions)[0];
}

/** The newest patch of each of the newest minors. */
export function newestMinors(available: readonly string[], count: number): string[] {
  const newestFirst = available.toSorted((a, b) => compareVersions(b, a));
  const byMinor = Map.groupBy(newestFirst, (version) => version.split('.').slice(0, 2).join('.'));
  return [...byMinor.values()].flatMap(([newest]) => newest ?? []).slice(0, count);
}

function numbers(version: string): number[] {
  return version.split('.').map(Number);
}
