import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a program where its shim looks for it; whoever runs the old one meanwhile is not disturbed. */
export async function adoptTool(source: string, destination: string): Promise<void> {
  const temporary = `${destination}.tmp-${process.pid}`;
  await mkdir(dirname(destination), { recursive: true });
  await rm(temporary, { force: true });
  await link(source, temporary).catch(() => copyFile(source, temporary));
  await rename(temporary, destination);
}
