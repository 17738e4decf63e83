/** What a backup says of itself. */
export type ArchiveFacts = { database: string; takenAt: string; serverVersion: string };

/** Reads the head of `pg_restore --list`; undefined when it is none. */
export function archiveFacts(listing: string): ArchiveFacts | undefined {
  const fact = (pattern: RegExp) => pattern.exec(listing)?.[1]?.trim();
  const database = fact(/^;\s+dbname: (.+)$/m);
  const takenAt = fact(/^; Archive created at (.+)$/m);
  const serverVersion = fact(/^;\s+Dumped from database version: (\S+)/m);
  if (database === undefined || takenAt === undefined || serverVersion === undefined) return undefined;
  return { database, takenAt, serverVersion };
}
