import { join } from 'node:path';
import ts from 'typescript';
import { UserError } from '@slipway/util/errors';

/**
 * Compiles the sources of `folders` to JavaScript and declarations: `tools/x/src/y.ts` becomes `OUT/tools/x/src/y.js`.
 * Throws UserError for what cannot be compiled.
 */
export function compile(workspaceRoot: string, folders: string[], outDir: string): void {
  const base = ts.readConfigFile(join(workspaceRoot, 'tsconfig.base.json'), (file) => ts.sys.readFile(file));
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    { ...(base.config as object), include: folders.map((folder) => `${folder}/src/**/*.ts`) },
    ts.sys,
    workspaceRoot,
  );
  const program = ts.createProgram(fileNames, {
    ...options,
    noEmit: false,
    allowImportingTsExtensions: false,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    // The target typecheck does, in three times the time.
    noCheck: true,
    incremental: false,
    rootDir: workspaceRoot,
    outDir,
  });
  const [first] = [...program.getSyntacticDiagnostics(), ...program.emit().diagnostics];
  if (first === undefined) return;
  const text = ts.formatDiagnostic(first, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => workspaceRoot,
    getNewLine: () => '\n',
  });
  throw new UserError(`does not compile: ${text.trim()}`, { hint: 'npx nx run-many -t typecheck lists everything' });
}
