import { randomBytes } from 'node:crypto';

let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7 and the time in it. Ids of one process grow strictly (a 12-bit counter within a millisecond), so that ordering
 * by id is ordering by creation.
 */
export function uuidV7(): { id: string; createdAt: Date } {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Leaves room to count up.
    sequence = randomBytes(2).readUInt16BE() & 0x7ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const random = randomBytes(8);
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const tail = random.toString('hex');
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  return { id, createdAt: new Date(lastMs) };
}
