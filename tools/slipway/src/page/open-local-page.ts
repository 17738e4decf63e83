import type { Plan } from '../dev/local/plan.ts';
import { localSource } from './data/local-source.ts';
import { openPageData, type PageData } from './data/page-data.ts';
import { keepHeapSmall } from './keep-heap-small.ts';
import { startPageServer } from './server/page-server.ts';
import { receiveSpans } from './telemetry/receive-spans.ts';

export type LocalPage = {
  link: string;
  /** For the services, so that their spans come here at once. */
  environment: Record<string, string>;
  show(stack: {
    workspaceRoot: string;
    dataDir: string;
    logFolder: string;
    stack?: string;
    services: Plan;
    isReadOnly: boolean;
    runsFolder?: string;
  }): void;
  close(): Promise<void>;
};

/** Spans leave a service after that long, ms: an answer's are wanted while one looks at it. */
const SPAN_DELAY_MS = 200;

/** The page of a run of `npm start`, in its own process. */
export async function openLocalPage(): Promise<LocalPage> {
  keepHeapSmall();
  const server = await startPageServer(receiveSpans);
  const { endpoint, headers } = server.telemetry;
  let data: PageData | undefined;
  return {
    link: server.link,
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      // For spans alone: what else a service sends goes where its own variables say, without our credentials.
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: headers.replace(' ', '%20'),
      OTEL_BSP_SCHEDULE_DELAY: String(SPAN_DELAY_MS),
    },
    show({ isReadOnly, ...stack }) {
      data = openPageData(localSource(stack), { isReadOnly, isRecording: true });
      server.show(data);
    },
    async close() {
      await server.close();
      await data?.close();
    },
  };
}
