import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from '@playwright/test';
import { openPageData } from '../../src/page/data/page-data.ts';
import type { PageSource } from '../../src/page/data/page-source.ts';
import { startPageServer } from '../../src/page/server/page-server.ts';

/** Where screenshots go, for people to look at: docs/page/faults. */
const SHOTS = process.env.SLIPWAY_SCREENSHOTS;
/** A busy machine may take this long until a fault shows, ms. */
const PATIENCE_MS = 60_000;

export type FaultScreen = {
  /** Waits until the first screen names the cause without scrolling, and takes its picture. */
  names(fault: string, code: string, message: RegExp): Promise<void>;
  close(): Promise<void>;
};

/** The page of `source` in a browser. */
export async function openFaultScreen(source: PageSource, executablePath: string): Promise<FaultScreen> {
  const data = openPageData(source, { isReadOnly: false });
  const server = await startPageServer();
  server.show(data);
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close();
    await server.close();
    await data.close();
  };
  try {
    // Root has no sandbox of Chromium's; the page is our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1000, height: 560 } });
    await page.goto(server.link);
    return { names: (fault, code, message) => namesCause(page, fault, code, message), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function namesCause(page: Page, fault: string, code: string, message: RegExp): Promise<void> {
  const finding = page.locator(`.finding[data-code="${code}"]`).first();
  const shown = await finding
    .filter({ hasText: message })
    .waitFor({ timeout: PATIENCE_MS })
    .then(
      () => undefined,
      () => page.locator('main').innerText(),
    );
  assert.equal(shown, undefined, `the first screen names ${code}`);
  const first = await page.locator('.finding').first().getAttribute('data-code');
  assert.equal(first, code, 'the cause stands before its effects');
  const title = await finding.locator('.title').boundingBox();
  assert.ok(title !== null && title.y + title.height <= 560, 'it is seen without scrolling');
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${fault}.png`) });
}
