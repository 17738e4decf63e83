import { existsSync } from 'node:fs';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceSpec } from '../../services/service-spec.ts';
import { outputTail } from '../../util/format/output-tail.ts';
import { ValidationError } from '../../util/problems/validation-error.ts';
import type { Settings } from '../../util/workspace/settings.ts';
import type { AppImage } from '../container-image.ts';
import { docker } from './docker.ts';
import { engineImage } from './engine-image.ts';

/** Longest time that a build may take, ms. */
const BUILD_LIMIT_MS = 1_200_000;

/** Lets the container engine build a service's Dockerfile. Throws ValidationError with what the engine says. */
export async function dockerfileImage(
  settings: Settings,
  serviceSpec: ServiceSpec,
  { dockerfile, context = '.' }: { dockerfile: string; context?: string },
): Promise<AppImage> {
  const { workspaceRoot, stack } = settings;
  const { root, name } = serviceSpec;
  const file = `${root}/${dockerfile}`;
  const place = { file, key: 'build.dockerfile' };
  for (const path of [file, `${root}/${context}`])
    if (!existsSync(join(workspaceRoot, path)))
      throw new ValidationError([
        { file: path, message: 'does not exist', hint: `correct build in ${root}/slipway.yaml` },
      ]);
  const temporary = await mkdtemp(join(tmpdir(), 'slipway-docker-'));
  try {
    const idFile = join(temporary, 'id');
    // The tag keeps the engine from dropping what the next build takes from its cache.
    const tag = `slipway.local/${stack}/${name}:latest-build`;
    const args = [
      'build',
      '--iidfile',
      idFile,
      '--tag',
      tag,
      '--file',
      join(workspaceRoot, file),
      join(workspaceRoot, root, context),
    ];
    const failed = (output: string) => ({
      message: `does not build:\n${outputTail(output.split('\n'), /legacy builder|buildx/)}`,
      hint: `docker build --file ${file} ${join(root, context)}`,
    });
    await docker(args, place, failed, { timeoutMs: BUILD_LIMIT_MS });
    return await engineImage(settings, serviceSpec, (await readFile(idFile, 'utf8')).trim(), place);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
