import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { place } from './place.ts';
import { stopping } from './run.ts';

const file = join(place.workspaceRoot, 'apps/product/src/routes/product-routes.ts');
const original = readFileSync(file, 'utf8');
const LIST = '(request) => products.list(request.query)';
const BOUND_MS = 60_000;
let count = 0;

/** The one edited file: the list of products says in its cursor which edit answers, as answers keep to their schema. */
export const edit = {
  /** Saves the next edit; returns what the list will say. */
  next(): string {
    const mark = `${process.pid}-${++count}`;
    if (!original.includes(LIST)) throw new Error(`${file} no longer has the place for the edit: ${LIST}`);
    const marked = `async (request) => ({ ...(await products.list(request.query)), nextCursor: '${mark}' })`;
    writeFileSync(file, original.replace(LIST, marked));
    return mark;
  },
  restore: () => writeFileSync(file, original),
  /** Resolves when the gateway answers with that edit. */
  async serves(mark: string): Promise<void> {
    const gateway = await place.gateway();
    for (const end = Date.now() + BOUND_MS; Date.now() < end; await sleep(5)) {
      stopping.signal.throwIfAborted();
      const answer = await fetch(`${gateway}/api/v1/products?limit=1`).catch(() => undefined);
      const body = (await answer?.json().catch(() => undefined)) as { nextCursor?: string } | undefined;
      if (body?.nextCursor === mark) return;
    }
    throw new Error(`the edit does not serve at ${gateway} after ${BOUND_MS / 1000} s`);
  },
};
