import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** URL of a script in the pod → its source map as a data URL, whose sources are the files of this machine. */
export type SourceMaps = Map<string, string>;

/** For the process in the pod: the maps beside its program. */
export const READ_MAPS = `(() => {
  const { readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
  const folder = process.cwd();
  const names = readdirSync(folder).filter((name) => name.endsWith('.js.map'));
  const maps = names.map((name) => [name.slice(0, -4), readFileSync(folder + '/' + name, 'utf8')]);
  return JSON.stringify({ folder, maps: Object.fromEntries(maps) });
})()`;

/** What READ_MAPS says, for a service whose sources lie in `root`, relative to the workspace. */
export function localMaps(said: string, workspaceRoot: string, root: string): SourceMaps {
  const { folder, maps } = JSON.parse(said) as { folder: string; maps: Record<string, string> };
  const sourceRoot = `${pathToFileURL(join(workspaceRoot, root)).href}/`;
  return new Map(
    Object.entries(maps).map(([script, text]) => {
      const map = JSON.stringify({ ...(JSON.parse(text) as object), sourceRoot });
      const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
      return [pathToFileURL(join(folder, script)).href, url];
    }),
  );
}

/** A message of the DevTools protocol; of a script with a map it names that of this machine. */
export function withLocalMap(message: string, maps: SourceMaps): string {
  if (!message.includes('"Debugger.scriptParsed"')) return message;
  const event = JSON.parse(message) as { method: string; params: { url: string; sourceMapURL?: string } };
  const map = maps.get(event.params.url);
  if (event.method !== 'Debugger.scriptParsed' || map === undefined) return message;
  return JSON.stringify({ ...event, params: { ...event.params, sourceMapURL: map } });
}
