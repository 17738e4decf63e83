import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { scriptFile } from '../../util/files/script-file.ts';

export type Asset = { type: string; body: Buffer; gzip: Buffer };

const CLIENT = join(import.meta.dirname, '..', 'client');

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>slipway</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/main.js"></script>
</head>
<body><div id="page"><p class="empty">Loading …</p></div></body>
</html>
`;
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 26 28 14v6L10 29z" fill="#2f6fde"/><path d="M8 19 20 4l6 8z" fill="#5b93f0"/></svg>`;

/** All that the browser loads, by path. Bundled in memory from the sources beside this file; nothing is fetched. */
export async function clientAssets(): Promise<Map<string, Asset>> {
  const [{ outputFiles }, style] = await Promise.all([
    build({
      entryPoints: [scriptFile(join(CLIENT, 'views'), 'main')],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      legalComments: 'none',
      write: false,
      // The tsconfig.json beside the sources is for checking types; where this package is installed, its base is missing.
      tsconfigRaw: {},
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
    readFile(join(CLIENT, 'style.css')),
  ]);
  return new Map([
    ['/', asset('text/html; charset=utf-8', Buffer.from(HTML))],
    ['/main.js', asset('text/javascript; charset=utf-8', Buffer.from(outputFiles[0]!.contents))],
    ['/style.css', asset('text/css; charset=utf-8', style)],
    ['/icon.svg', asset('image/svg+xml', Buffer.from(ICON))],
  ]);
}

function asset(type: string, body: Buffer): Asset {
  return { type, body, gzip: gzipSync(body) };
}
