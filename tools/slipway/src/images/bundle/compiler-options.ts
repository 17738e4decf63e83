import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseTsconfig, type TsConfigJsonResolved } from 'get-tsconfig';

export type CompilerOptions = NonNullable<TsConfigJsonResolved['compilerOptions']>;

/** Of a folder the first of these counts: Nx keeps the options of an app or a library beside those of the editor. */
const NAMES = ['tsconfig.app.json', 'tsconfig.lib.json', 'tsconfig.json', 'tsconfig.base.json'];

/** How the workspace's own tsconfig says that sources in `folder` are compiled. `isPlain`: the bundler finds it by itself. */
export function compilerOptionsOf(
  workspaceRoot: string,
  folder: string,
): { options: CompilerOptions; isPlain: boolean; file: string | undefined } {
  for (let at = folder; ; at = dirname(at)) {
    const name = NAMES.find((name) => existsSync(join(workspaceRoot, at, name)));
    if (name !== undefined) {
      const { compilerOptions = {} } = parseTsconfig(join(workspaceRoot, at, name));
      return { options: compilerOptions, isPlain: name === 'tsconfig.json', file: join(at, name) };
    }
    if (at === '.') return { options: {}, isPlain: true, file: undefined };
  }
}
