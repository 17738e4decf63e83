import { build } from 'esbuild';
import { scriptFile } from '../../util/files/script-file.ts';

/** The program of `pod/` as one file of JavaScript. */
export async function runnerScript(): Promise<string> {
  const {
    outputFiles: [script],
  } = await build({
    entryPoints: [scriptFile(import.meta.dirname, 'pod', 'main')],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  if (script === undefined) throw new Error('esbuild made no runner');
  return script.text;
}
