import { resolve } from 'node:path';
import { yamlText } from '../../../manifests/overlay/yaml-text.ts';
import { render } from '../../../manifests/render.ts';
import { readSettings } from '../../../util/workspace/settings.ts';
import { replaceFile } from '../../../util/files/write-files.ts';
import { forUser } from '../shared/for-user.ts';

type Options = { overlay: string; registry?: string; checkPlaceholders: boolean; checkRegistry: boolean; to?: string };

export function renderExecutor(
  { overlay, to, ...options }: Options,
  { root, cwd }: { root: string; cwd: string },
): Promise<{ success: boolean }> {
  return forUser({}, async () => {
    const { objects, secrets } = await render(readSettings(root), overlay, options);
    const documents = objects.map((object) => yamlText(object));
    const yaml = `# Rendered by: nx run deploy:render --overlay ${overlay}\n${documents.join('---\n')}`;
    if (to === undefined) process.stdout.write(yaml);
    else await replaceFile(resolve(cwd, to), yaml);
    if (to !== undefined) console.log(`${objects.length} objects, valid by Kubernetes' schema, in ${to}`);
    if (secrets.length > 0) console.error(`left out, because git is no place for them: Secrets ${secrets.join(', ')}`);
    return true;
  });
}
