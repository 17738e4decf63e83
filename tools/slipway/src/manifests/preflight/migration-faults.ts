import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceContract } from '../../contract/service-contract.ts';
import type { Fault } from '../../faults/fault.ts';

/** Migrations that are badly named, or numbered with gaps or twins. */
export function migrationFaults(workspaceRoot: string, { root, hasDatabase }: ServiceContract): Fault[] {
  const folder = `${root}/migrations`;
  if (!hasDatabase) return [];
  let files: string[];
  try {
    files = readdirSync(join(workspaceRoot, folder)).sort();
  } catch {
    return [
      { file: folder, problem: 'does not exist, but the service has a database', cure: 'make it, with 0001_NAME.sql' },
    ];
  }
  return files.flatMap((name, index): Fault[] => {
    const file = `${folder}/${name}`;
    const number = /^(\d{4})_[a-z0-9_-]+\.sql$/.exec(name)?.[1];
    if (number === undefined) {
      return [
        {
          file,
          problem: 'is no name for a migration',
          cure: 'four digits, _, a name in lower case, .sql: 0002_add_index.sql',
        },
      ];
    }
    if (Number(number) === index + 1) return [];
    return [
      {
        file,
        problem: `has number ${number} in place ${index + 1}`,
        cure: 'number migrations 0001, 0002, … without gaps or twins',
      },
    ];
  });
}
