import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

/** Where the shell would find a program; folders of node_modules do not count, they hold our own shims. */
export function which(program: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.split(sep).includes('node_modules'))
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Debian keeps what root runs out of a plain user's PATH, and some root shells inherit that. */
export function whichSystem(program: string): string | undefined {
  return which(program, `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`);
}
