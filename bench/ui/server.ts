/** The page's server with generated data, in a process of its own so that its memory can be measured. */
import { once } from 'node:events';
import { keepHeapSmall, openPageData, type PageSource, receiveSpans, startPageServer } from 'slipway/page';
import { generatedLook, generateLines, generateSpans, SPANS } from './generate.ts';

const nothing = { instances: [], revisions: [], probes: [] };
const seen = generatedLook();
const count = Number(process.argv[2]);

async function* lines(signal: AbortSignal) {
  let read = 0;
  for (const line of generateLines(count)) {
    yield line;
    // Between what is read, the page answers.
    if ((read += 1) % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  process.send!({ loaded: read });
  // Services that say no more.
  if (!signal.aborted) await once(signal, 'abort');
}

const source: PageSource = {
  place: 'processes',
  title: 'bench:ui',
  look: () => Promise.resolve(seen),
  logs: ({ signal }) => Promise.resolve({ lines: lines(signal), searched: [] }),
  environment: () => Promise.resolve([]),
  details: () => Promise.resolve(nothing),
  deploys: () => Promise.resolve({ deploys: [], revisions: [] }),
  diff: () => Promise.resolve({ changes: [] }),
  act: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

// As the commands that serve a page do.
keepHeapSmall();
const data = openPageData(source, { isReadOnly: true });
data.spans.add(generateSpans(SPANS));
const server = await startPageServer(receiveSpans);
server.show(data);
process.send!({ link: server.link, telemetry: server.telemetry });
process.on('disconnect', () => process.exit());
