import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { PartialMessage } from 'esbuild';
import type ts from 'typescript';
import type { CompilerOptions } from './compiler-options.ts';

type TypeScript = typeof ts;
type Source = { file: string; text: string; options: CompilerOptions; tsconfig: string | undefined };

/** Marks an error: nothing is wrong with the source. */
export const METADATA = 'emitDecoratorMetadata';

/**
 * A source (relative to the workspace) as JavaScript, with the types that decorators may ask for: the bundler knows none,
 * so the workspace's own TypeScript compiles it. The text itself where TypeScript finds a syntax error, which the bundler
 * then names; an error when there is no TypeScript.
 */
export async function withDecoratorMetadata(
  root: string,
  { file, text, options, tsconfig }: Source,
): Promise<string | PartialMessage> {
  const compiler = await workspaceTypeScript(root);
  if (compiler === undefined) {
    const message = 'needs TypeScript, which is not installed: it alone knows the types that decorators ask for';
    return { text: message, detail: METADATA, location: { file: tsconfig ?? file } };
  }
  const { options: compilerOptions, errors } = compiler.convertCompilerOptionsFromJson(forOneFile(options), root);
  const { outputText, diagnostics = [] } = compiler.transpileModule(text, {
    fileName: basename(file),
    reportDiagnostics: true,
    compilerOptions,
  });
  return errors.length + diagnostics.length > 0 ? text : outputText;
}

async function workspaceTypeScript(root: string): Promise<TypeScript | undefined> {
  try {
    const path = createRequire(join(root, 'package.json')).resolve('typescript');
    return ((await import(path)) as { default: TypeScript }).default;
  } catch {
    return undefined;
  }
}

/** What changes the code; modules and newer syntax are the bundler's matter. */
function forOneFile({ experimentalDecorators, useDefineForClassFields, verbatimModuleSyntax, jsx }: CompilerOptions) {
  return {
    experimentalDecorators,
    emitDecoratorMetadata: true,
    ...(useDefineForClassFields === undefined ? {} : { useDefineForClassFields }),
    ...(verbatimModuleSyntax === undefined ? {} : { verbatimModuleSyntax }),
    ...(jsx === undefined ? {} : { jsx: 'preserve' }),
    target: 'esnext',
    module: 'esnext',
    isolatedModules: true,
    inlineSourceMap: true,
  };
}
