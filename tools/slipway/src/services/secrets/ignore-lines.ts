import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GENERATED } from './generated-folder.ts';
import { gitExposure } from '../../util/files/git-exposure.ts';
import { replaceFile } from '../../util/files/write-files.ts';

const FILE = '.gitignore';
/** Folder of what a local run keeps: databases, logs, copies of secrets. */
export const LOCAL_STATE = '.slipway';

/** Each line of .gitignore that keeps secrets out of git, and a path that it covers. */
const LINES: { line: string; covers: (path: string) => boolean; example: string }[] = [
  { line: `${LOCAL_STATE}/`, covers: (path) => path.startsWith(`${LOCAL_STATE}/`), example: `${LOCAL_STATE}/local/x` },
  { line: `${GENERATED}/`, covers: (path) => path.startsWith(`${GENERATED}/`), example: `${GENERATED}/x` },
  { line: '.env', covers: (path) => path.endsWith('/.env'), example: 'apps/x/.env' },
];

/** The lines that .gitignore needs. */
export const IGNORE_LINES = LINES.map(({ line }) => line);

/** The line of .gitignore for a path that slipway writes secrets to; for any other the path itself. */
export function ignoreLine(path: string): string {
  return LINES.find(({ covers }) => covers(path))?.line ?? `/${path}`;
}

/** The lines of .gitignore that would keep slipway's secrets out of git and are wanted; also before there is a repository. */
export async function missingIgnoreLines(workspaceRoot: string): Promise<string[]> {
  const text = await readIgnores(workspaceRoot);
  const exposure = await gitExposure(
    workspaceRoot,
    LINES.map(({ example }) => example),
  );
  return LINES.filter(({ line, example }) =>
    exposure === undefined ? !text.split('\n').includes(line) : exposure.untracked.includes(example),
  ).map(({ line }) => line);
}

/** Adds them. Answers the added lines. */
export async function addIgnoreLines(workspaceRoot: string): Promise<string[]> {
  const missing = await missingIgnoreLines(workspaceRoot);
  if (missing.length === 0) return [];
  const text = await readIgnores(workspaceRoot);
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  await replaceFile(join(workspaceRoot, FILE), `${text}${separator}${missing.map((line) => `${line}\n`).join('')}`);
  return missing;
}

function readIgnores(workspaceRoot: string): Promise<string> {
  return readFile(join(workspaceRoot, FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
