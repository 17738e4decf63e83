import { decode, encode } from '@jridgewell/sourcemap-codec';

type SourceMap = { version: 3; sources: string[]; names: string[]; mappings: string; sourceRoot?: string };

/**
 * The part of a bundle's source map that speaks of our own sources. What comes from packages is minified for good: their
 * mappings are fifty times ours and would travel to every node with every edit.
 */
export function ownSourceMap(bytes: Uint8Array): Uint8Array {
  const map = JSON.parse(Buffer.from(bytes).toString()) as SourceMap;
  const isOwn = map.sources.map((source) => !source.includes('node_modules/'));
  const kept = map.sources.flatMap((_, index) => (isOwn[index] ? [index] : []));
  const position = new Map(kept.map((index, place) => [index, place]));
  const mappings = decode(map.mappings).map((line) =>
    line.flatMap((segment): typeof line => {
      const place = segment.length === 1 ? undefined : position.get(segment[1]);
      if (segment.length === 1 || place === undefined) return [[segment[0]]];
      return [[segment[0], place, segment[2], segment[3]]];
    }),
  );
  // A segment without a source ends the one before it; more than one in a row says nothing new.
  const lean = mappings.map((line) =>
    line.filter((segment, at) => segment.length > 1 || (line[at - 1]?.length ?? 1) > 1),
  );
  const own = { version: 3, sources: kept.map((index) => map.sources[index]), names: [], mappings: encode(lean) };
  return Buffer.from(JSON.stringify(own));
}
