import type { ImageSource } from '../cli/options.ts';
import { succeeds } from '../core/run.ts';
import { say } from '../core/steps.ts';
import { OFFICIAL_IMAGES } from '../core/versions.ts';
import { hasNodeImage } from './node/node-image.ts';

const REGISTRY = 'https://registry-1.docker.io/v2/';
const TIMEOUT_MS = 4_000;

/** "auto" looks: a node image that is here already, built or official, or a Docker Hub that answers, else packages. */
export async function chooseImageSource(asked: ImageSource): Promise<Exclude<ImageSource, 'auto'>> {
  if (asked !== 'auto') return asked;
  if (await succeeds(['docker', 'image', 'inspect', OFFICIAL_IMAGES.kindNode], { timeoutMs: 10_000 }))
    return 'official';
  if (await hasNodeImage()) return 'packages';
  if (await answers(REGISTRY)) return 'official';
  say('Docker Hub cannot be reached: images are built from packages (--images packages)');
  return 'packages';
}

// 401 is how a registry greets.
async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return status === 200 || status === 401;
  } catch {
    return false;
  }
}
