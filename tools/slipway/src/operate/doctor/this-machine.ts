import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exec } from '@slipway/util/exec';
import { isPortFree } from '../../util/is-port-free.ts';
import type { Machine } from './finding.ts';

const PROGRAM_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 5_000;

export const thisMachine: Machine = {
  output: (program, ...args) => exec([program, ...args], { timeoutMs: PROGRAM_LIMIT_MS }).catch(() => undefined),
  answers: (url) =>
    fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) }).then(
      () => true,
      () => false,
    ),
  fileExists: existsSync,
  readFile(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  async freeBytes(path) {
    let folder = path;
    while (!existsSync(folder)) folder = dirname(folder);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  isPortFree: (port) => isPortFree(port, '127.0.0.1'),
  nodeVersion: process.versions.node,
  platform: process.platform,
};
