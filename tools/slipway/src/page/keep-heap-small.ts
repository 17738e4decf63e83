import { setFlagsFromString } from 'node:v8';

/**
 * For a process that serves a page: V8 collects garbage before it grows the heap. Otherwise, reading a million lines
 * leaves several times of what is kept of them.
 */
export function keepHeapSmall(): void {
  // Of all that concern memory, one that V8 still heeds after its start. Why so: docs/adr/0018.
  setFlagsFromString('--optimize-for-size');
}
