import dagre from '@dagrejs/dagre';
import { html } from 'htm/preact';
import type { PageEdge, PageStatus } from '../../data/page-types.ts';
import { duration, percent, rate } from '../format.ts';
import { currentStatus, hrefOf } from '../store.ts';

const NODE = { width: 150, height: 52 };
const LABEL = { width: 84, height: 30 };
const MARGIN = 24;

type Point = { x: number; y: number };
type Route = Point & { points: Point[] };

/** Declared calls beside what was seen of them. */
export function MapView() {
  const now = currentStatus.value;
  if (now.services.length === 0)
    return html`<h1>Map</h1>
      <p class="empty">This workspace has no service.</p>`;
  const { nodes, edges, width, height } = layOut(now);
  return html`<h1>Map</h1>
    <div class="map">
      <svg
        style=${{ maxWidth: `${width}px` }}
        viewBox=${`0 0 ${width} ${height}`}
        role="img"
        aria-label="Services and what they call"
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        ${edges.map(
          ({ edge, points, label }) =>
            html`<g key=${`${edge.from} ${edge.to}`}>
              <path class=${classOf(edge)} d=${pathOf(points)} marker-end="url(#arrow)" />
              ${textOf(edge).map((line, index) => html`<text class="small" text-anchor="middle" x=${label.x} y=${label.y + index * 13}>${line}</text>`)}
            </g>`,
        )}
        ${nodes.map(
          ({ name, state, detail, x, y }) =>
            html`<a key=${name} href=${hrefOf('services', {}, name.replace(/-db$/, ''))} class=${state}>
              <rect
                class="node"
                rx=${name.endsWith('-db') ? 20 : 7}
                x=${x - NODE.width / 2}
                y=${y - NODE.height / 2}
                width=${NODE.width}
                height=${NODE.height}
              />
              <text class="name" text-anchor="middle" x=${x} y=${y - 3}>${name}</text>
              <text class="small" text-anchor="middle" x=${x} y=${y + 14}>${detail}</text>
            </a>`,
        )}
      </svg>
    </div>
    <p class="dim">
      Arrows are the calls that the environment schemas declare; rates of the last 30 s. Dashed: declared and not used
      since the caller started. Red: calls fail. Dotted: used and not declared.
    </p>`;
}

function layOut({ services, databases, edges }: PageStatus) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 26, ranksep: 30, marginx: MARGIN, marginy: MARGIN });
  const all = [
    ...services.map(({ name, state, detail, traffic }) => ({
      name,
      state,
      detail: detail ?? (traffic === undefined ? state : `${state}, ${rate(traffic.requestsPerSecond)}`),
    })),
    ...databases.map(({ name, state, connections }) => ({
      name,
      state,
      detail: connections === undefined ? state : `${connections} connections`,
    })),
  ];
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of all) graph.setNode(name, { ...NODE });
  const known = edges.filter(({ from, to }) => graph.hasNode(from) && graph.hasNode(to));
  for (const { from, to } of known) graph.setEdge(from, to, { ...LABEL, labelpos: 'c' });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: all.map((node) => {
      // The library's own types do not resolve here.
      const at: Point = graph.node(node.name);
      return { ...node, ...at };
    }),
    edges: known.map((edge) => {
      const { points, x, y }: Route = graph.edge(edge.from, edge.to);
      return { edge, points, label: { x, y: y - 4 } };
    }),
  };
}

function pathOf(points: Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
}

function classOf({ isDeclared, errorShare = 0, calls = 0 }: PageEdge): string {
  if (errorShare > 0) return 'failing';
  if (!isDeclared) return 'undeclared';
  return calls === 0 ? 'unused' : '';
}

function textOf({ isDeclared, calls, requestsPerSecond, meanMs, errorShare = 0 }: PageEdge): string[] {
  if (calls === undefined) return [];
  if (calls === 0) return ['not used'];
  const rateText = requestsPerSecond === undefined ? `${calls} calls` : rate(requestsPerSecond);
  const second = [
    ...(meanMs === undefined ? [] : [duration(meanMs)]),
    ...(errorShare > 0 ? [`${percent(errorShare)} fail`] : []),
    ...(isDeclared ? [] : ['not declared']),
  ];
  return [rateText, ...(second.length === 0 ? [] : [second.join(', ')])];
}
