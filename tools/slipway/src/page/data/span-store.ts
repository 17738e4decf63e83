import { parseJson } from '@slipway/util/json';
import { type PackedText, packText, unpackText } from './packed-text.ts';
import type { PageSpan } from './page-requests.ts';

export type SpanStore = {
  add(spans: PageSpan[]): void;
  /** The spans of a trace, in the order of their beginnings. */
  trace(traceId: string): PageSpan[];
  /** How many SQL statements are among the spans of a trace; undefined without spans. */
  statements(traceId: string): number | undefined;
  /** Called after spans have come. */
  onAdded: () => void;
  /** Spans that were forgotten because others came. */
  readonly dropped: number;
  readonly size: number;
};

/** Spans as they came; compressed once they are `BLOCK_SPANS`. */
type Block = { spans: PageSpan[]; packed?: PackedText };
type Trace = { blocks: Set<Block>; spans: number; statements: number; text: number };

/** Of the attributes of all spans together before they are compressed, characters. */
const MOST_TEXT = 128 * 1024 * 1024;
const BLOCK_SPANS = 128;

/** Keeps traces with at most `most` spans and `mostText` characters together; the trace that began first goes first. */
export function createSpanStore(most: number, mostText = MOST_TEXT): SpanStore {
  const traces = new Map<string, Trace>();
  let block: Block = { spans: [] };
  let size = 0;
  let kept = 0;
  let dropped = 0;

  const keep = (span: PageSpan): void => {
    const trace = traces.get(span.traceId) ?? { blocks: new Set(), spans: 0, statements: 0, text: 0 };
    traces.set(span.traceId, trace);
    const text = textOf(span);
    block.spans.push(span);
    trace.blocks.add(block);
    trace.spans += 1;
    if (isStatement(span)) trace.statements += 1;
    trace.text += text;
    size += 1;
    kept += text;
    if (block.spans.length < BLOCK_SPANS) return;
    block.packed = packText(JSON.stringify(block.spans));
    block.spans = [];
    block = { spans: [] };
  };

  const store: SpanStore = {
    add(spans) {
      for (const span of spans) keep(span);
      while (size > most || kept > mostText) {
        const [first] = traces;
        if (first === undefined) break;
        const [oldest, gone] = first;
        // A block goes with the last trace that holds it.
        traces.delete(oldest);
        size -= gone.spans;
        kept -= gone.text;
        dropped += gone.spans;
      }
      store.onAdded();
    },
    trace(traceId) {
      const blocks = [...(traces.get(traceId)?.blocks ?? [])];
      return blocks
        .flatMap((one) => spansOf(one))
        .filter((span) => span.traceId === traceId)
        .toSorted((a, b) => a.start - b.start);
    },
    statements: (traceId) => traces.get(traceId)?.statements,
    onAdded: () => undefined,
    get dropped() {
      return dropped;
    },
    get size() {
      return size;
    },
  };
  return store;
}

function spansOf({ spans, packed }: Block): PageSpan[] {
  return packed === undefined ? spans : parseJson(unpackText(packed), 'the packed spans');
}

/** As OpenTelemetry names it today, and before. */
function isStatement({ attributes }: PageSpan): boolean {
  return 'db.query.text' in attributes || 'db.statement' in attributes;
}

function textOf({ attributes }: PageSpan): number {
  return Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
