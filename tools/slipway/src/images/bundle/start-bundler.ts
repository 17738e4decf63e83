import { transform } from 'esbuild';

/** Starts esbuild's process, which the first build would wait for. If that fails, the build says so. */
export function startBundler(): void {
  transform('').catch(() => undefined);
}
