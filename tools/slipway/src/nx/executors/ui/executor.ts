import { InterruptedError, interruptible } from '@slipway/util/interruption';
import { chooseSource, type SourceOptions } from '../../../page/data/choose-source.ts';
import { openPageData } from '../../../page/data/page-data.ts';
import { keepHeapSmall } from '../../../page/keep-heap-small.ts';
import { startPageServer } from '../../../page/server/page-server.ts';
import { receiveSpans } from '../../../page/telemetry/receive-spans.ts';
import { endContinuous } from '../shared/end-continuous.ts';
import { explainFailure } from '../shared/explain-failure.ts';

type Options = SourceOptions & { readOnly?: boolean };

/** Serves the page until it is interrupted. */
export async function uiExecutor(options: Options, { root }: { root: string }): Promise<{ success: boolean }> {
  try {
    await interruptible((signal) => servePage(root, options, signal));
    return { success: true };
  } catch (error) {
    // Ctrl-C is how it ends.
    if (error instanceof InterruptedError) return { success: true };
    return endContinuous(explainFailure(error, {}));
  }
}

async function servePage(root: string, options: Options, signal: AbortSignal): Promise<void> {
  keepHeapSmall();
  const { source, isDevelopment } = await chooseSource(root, options);
  const data = openPageData(source, { isReadOnly: options.readOnly ?? !isDevelopment, isRecording: true });
  const server = await startPageServer(receiveSpans);
  server.show(data);
  console.log(
    `\n  The page of ${source.title}: ${server.link}\n\nWhoever has the link sees the stack. Ctrl-C ends it.`,
  );
  try {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  } finally {
    await server.close();
    await data.close();
  }
}
