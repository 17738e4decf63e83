import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '@slipway/util/process-identity';

/** How many are kept: one may still be read, and stacks beside this one have theirs. */
const KEPT = 5;
const UNFINISHED = /\.tmp-(\d+)$/;

/** Where this process makes what will be `path`, whole or not at all: others may make the same at once. */
export function unfinished(path: string): string {
  return `${path}.tmp-${process.pid}`;
}

/** Deletes all but the newest entries of `folder` whose names match, and what processes that are gone left unfinished. */
export async function keepNewest(folder: string, pattern: RegExp): Promise<void> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name.replace(UNFINISHED, '')));
  const isDead = (name: string) => !isAlive(UNFINISHED.exec(name)?.[1] ?? '');
  const left = names.filter((name) => UNFINISHED.test(name) && isDead(name));
  const whole = names.filter((name) => !UNFINISHED.test(name));
  const times = await Promise.all(whole.map(async (name) => ({ name, at: await timeOf(join(folder, name)) })));
  times.sort((a, b) => b.at - a.at);
  for (const name of [...left, ...times.slice(KEPT).map((entry) => entry.name)])
    await rm(join(folder, name), { recursive: true, force: true });
}

/** 0 for what another process has deleted meanwhile. */
async function timeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
}
