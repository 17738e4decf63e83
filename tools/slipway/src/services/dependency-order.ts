/** Names so that each comes after what it calls; by name where the calls leave it open. */
export function sortByDependency(services: { name: string; calls: string[] }[]): string[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const ordered = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    const service = byName.get(name);
    if (service === undefined || ordered.has(name) || path.includes(name)) return;
    for (const callee of [...service.calls].sort()) visit(callee, [...path, name]);
    ordered.add(name);
  };
  for (const name of [...byName.keys()].sort()) visit(name, []);
  return [...ordered];
}
