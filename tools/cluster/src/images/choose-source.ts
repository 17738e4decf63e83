import { DEFAULT_RELEASE } from '../core/releases.ts';
import { succeeds } from '../core/run.ts';
import { say } from '../core/steps.ts';
import type { ImageSource } from '../core/versions.ts';
import { hasNodeImage } from './node/node-image.ts';

const REGISTRY = 'https://registry-1.docker.io/v2/';
const TIMEOUT_MS = 4_000;

/** For "auto": the source of a node image that this machine has, else official where Docker Hub answers, else packages. */
export async function chooseImageSource(asked: ImageSource | 'auto', release = DEFAULT_RELEASE): Promise<ImageSource> {
  if (asked !== 'auto') return asked;
  const inspection = ['docker', 'image', 'inspect', release.kindNode] as const;
  if (await succeeds(inspection, { timeoutMs: 10_000 })) return 'official';
  if (await hasNodeImage(release)) return 'packages';
  if (await answers(REGISTRY)) return 'official';
  say('Docker Hub is unreachable: building images from packages (--images packages)');
  return 'packages';
}

// A registry answers 401 to a client without a token.
async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return status === 200 || status === 401;
  } catch {
    return false;
  }
}
