const NAME = /^(\d{4})_[a-z0-9_-]+$/;
const EXTENSION = '.sql';

/** Number of a migration by its name, without `.sql`; undefined for what is not named like one. */
export function migrationNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** `0002_add_index` for `0002_add_index.sql`; undefined for a file that is not named like a migration. */
export function migrationName(fileName: string): string | undefined {
  if (!fileName.endsWith(EXTENSION)) return undefined;
  const name = fileName.slice(0, -EXTENSION.length);
  return migrationNumber(name) === undefined ? undefined : name;
}

/** The same migration under another number. */
export function renumbered(name: string, number: number): string {
  return `${String(number).padStart(4, '0')}${name.slice(4)}`;
}

/** The nearest allowed name for an SQL file; undefined where none is near. */
export function suggestedFileName(fileName: string): string | undefined {
  const parts = /^(\d+)[^a-z0-9]*(.*?)\s*\.sql\s*$/i.exec(fileName);
  if (parts === null) return undefined;
  const [, digits = '', rest = ''] = parts;
  const slug = rest
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const name = `${String(Number(digits)).padStart(4, '0')}_${slug}`;
  return slug === '' || migrationNumber(name) === undefined ? undefined : `${name}${EXTENSION}`;
}
