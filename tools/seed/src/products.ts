export type SeedProduct = {
  sku: string;
  name: string;
  description: string;
  priceCents: number;
  currency: string;
  stock: number;
};

type Kind = { name: string; key: string; priceCents: number; uses: string };

const materials = [
  { name: 'Oak', key: 'oak', factor: 1.4 },
  { name: 'Walnut', key: 'wal', factor: 1.7 },
  { name: 'Linen', key: 'lin', factor: 1.1 },
  { name: 'Stoneware', key: 'sto', factor: 1 },
  { name: 'Enamel', key: 'ena', factor: 0.9 },
  { name: 'Recycled glass', key: 'rgl', factor: 0.8 },
  { name: 'Brushed steel', key: 'ste', factor: 1.2 },
  { name: 'Cork', key: 'cor', factor: 0.7 },
] as const;

const kinds: readonly Kind[] = [
  { name: 'mug', key: 'mug', priceCents: 1290, uses: 'Holds 0.3 l, keeps warm for longer than it takes to drink.' },
  { name: 'desk lamp', key: 'lmp', priceCents: 5900, uses: 'Dims in three steps; the bulb comes with it.' },
  {
    name: 'serving tray',
    key: 'try',
    priceCents: 3450,
    uses: 'Room for four cups and a plate; the handles are raised.',
  },
  { name: 'water bottle', key: 'btl', priceCents: 2190, uses: 'Half a litre, tight upside down.' },
  { name: 'picture frame', key: 'frm', priceCents: 1875, uses: 'For 20 × 30 cm, to hang or to stand.' },
  { name: 'cutting board', key: 'brd', priceCents: 2690, uses: 'Two sides, one with a groove.' },
  { name: 'bookend', key: 'bok', priceCents: 1650, uses: 'A pair; felt beneath.' },
  { name: 'storage box', key: 'box', priceCents: 2350, uses: 'Stacks; the lid is a tray.' },
  { name: 'vase', key: 'vas', priceCents: 3100, uses: 'Stands firm with one flower or ten.' },
  { name: 'wall clock', key: 'clk', priceCents: 4490, uses: 'Silent movement, 30 cm across.' },
];

/** The nth product, always the same: seeding again finds its own work. */
export function productAt(index: number): SeedProduct {
  const kind = kinds[index % kinds.length]!;
  // Each round through the kinds starts one material further, so that all pairs come before the first series 2.
  const round = Math.floor(index / kinds.length);
  const material = materials[(round + index) % materials.length]!;
  const series = Math.floor(round / materials.length) + 1;
  const suffix = series === 1 ? '' : ` No. ${series}`;
  return {
    sku: `${kind.key}-${material.key}-${String(series).padStart(2, '0')}`.toUpperCase(),
    name: `${material.name} ${kind.name}${suffix}`,
    description: `${kind.uses} ${material.name} throughout.`,
    priceCents: Math.round((kind.priceCents * material.factor) / 10) * 10 + (series - 1) * 100,
    currency: 'EUR',
    // Plenty of most, few of some, none of one in ten: what a shop's pages have to show.
    stock: index % 10 === 9 ? 0 : ((index * 37) % 120) + 1,
  };
}
