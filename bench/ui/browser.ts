import { chromium } from '@playwright/test';
import { findProgram } from '../loop/find-program.ts';

type Opened = { link: string; telemetry: { endpoint: string; headers: string } };
export type BrowserFigures = { firstPaintMs: number; spanVisibleMs: number };

const ROUNDS = 7;

/** First paint of the link, and how long after its sending a span is seen; medians. Undefined without chromium. */
export async function measureBrowser({ link, telemetry }: Opened): Promise<BrowserFigures | undefined> {
  const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
    .map(findProgram)
    .find((path) => path !== undefined);
  if (executablePath === undefined) {
    console.log('first paint, spans: not measured, chromium is not in the PATH');
    return undefined;
  }
  // Root has no sandbox of Chromium's; the page is our own.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const paints: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      await page.goto(link);
      await page.waitForSelector('h1');
      paints.push(await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
      await context.close();
    }
    const spans: number[] = [];
    const page = await browser.newPage();
    await page.goto(link);
    // The link leads on to the page: until that is there, a script may lose its document.
    await page.waitForSelector('h1');
    const requests = await page.evaluate<{ id: string; traceId: string }[]>(
      "fetch('/api/requests?limit=20').then((it) => it.json())",
    );
    for (const { id, traceId } of requests.slice(0, ROUNDS)) {
      await page.goto(`${new URL(link).origin}/#/requests/${id}`);
      await page.getByText('Where the time went').waitFor();
      const begun = performance.now();
      await sendSpan(telemetry, traceId);
      await page.getByText('1 spans').waitFor();
      spans.push(performance.now() - begun);
    }
    const figures = { firstPaintMs: median(paints), spanVisibleMs: median(spans) };
    console.log(
      `first paint ${figures.firstPaintMs.toFixed(0)} ms; a span is seen ${figures.spanVisibleMs.toFixed(0)} ms after it was sent`,
    );
    return figures;
  } finally {
    await browser.close();
  }
}

async function sendSpan({ endpoint, headers }: Opened['telemetry'], traceId: string): Promise<void> {
  const now = Date.now();
  const attributes = [{ key: 'service.name', value: { stringValue: 'service-001' } }];
  const span = {
    traceId,
    spanId: '00f067aa0ba902b7',
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: `${now}000000`,
    endTimeUnixNano: `${now + 5}000000`,
  };
  const [name = '', value = ''] = headers.split('=');
  await fetch(`${endpoint}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [name]: value },
    body: JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }),
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
