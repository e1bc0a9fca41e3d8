/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Drawn in the colour of this project. */
  readonly ours: boolean;
}

const WIDTH = 760;
const LABEL = 190;
const NUMBER = 70;
const ROW = 26;
const TOP = 44;

/** Horizontal bars, the shortest on top, as an SVG document of its own that can be read on a dark page too. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const sorted = [...bars].sort((a, b) => a.value - b.value);
  const longest = Math.max(...sorted.map(({ value }) => value));
  const height = TOP + sorted.length * ROW + 12;
  const rows = sorted.map(({ label, value, ours }, row) => {
    const y = TOP + row * ROW;
    const width = Math.max(1, (value / longest) * (WIDTH - LABEL - NUMBER));
    return [
      `<text x="${LABEL - 10}" y="${y + 14}" text-anchor="end"${ours ? ' font-weight="bold"' : ''}>${escapeXml(label)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="19" rx="2" fill="${ours ? '#2563eb' : '#94a3b8'}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 14}">${formatNumber(value)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#1e293b">
<rect width="100%" height="100%" rx="6" fill="#ffffff"/>
<text x="12" y="24" font-size="15">${escapeXml(title)} <tspan fill="#64748b">(${escapeXml(unit)})</tspan></text>
${rows.join('\n')}
</svg>
`;
}

/** A curve: values by size, sizes and values both drawn as logarithms. */
export interface Curve {
  /** What is counted. */
  readonly of: string;
  readonly points: readonly { readonly size: number; readonly cpuMicros: number }[];
}

const COLOURS = ['#2563eb', '#dc2626', '#16a34a', '#9333ea', '#ea580c', '#0891b2', '#be185d'];
const PLOT = { left: 56, right: 470, top: 44, bottom: 330 } as const;

/** Lines over logarithmic axes, where what grows in proportion has the slope of the dashed line. */
export function growthChart(title: string, unit: string, curves: readonly Curve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const largest = Math.log10(Math.max(...points.map(({ size }) => size)));
  const values = points.map(({ cpuMicros }) => Math.log10(cpuMicros));
  const [low, high] = [Math.floor(Math.min(...values)), Math.ceil(Math.max(...values))];
  const x = (size: number): number => PLOT.left + (Math.log10(Math.max(1, size)) / largest) * (PLOT.right - PLOT.left);
  const y = (value: number): number =>
    PLOT.bottom - ((Math.log10(value) - low) / (high - low)) * (PLOT.bottom - PLOT.top);
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const grid = [
    ...range(0, Math.floor(largest)).map(
      (size) =>
        `<path d="M${x(size).toFixed(1)} ${PLOT.top}V${PLOT.bottom}" stroke="#e2e8f0"/><text x="${x(size).toFixed(1)}" y="${PLOT.bottom + 18}" text-anchor="middle">${size}</text>`,
    ),
    ...range(low, high).map(
      (value) =>
        `<path d="M${PLOT.left} ${y(value).toFixed(1)}H${PLOT.right}" stroke="#e2e8f0"/><text x="${PLOT.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
    ),
  ];
  const lines = curves.map((curve, i) => {
    const colour = COLOURS[i % COLOURS.length];
    const path = curve.points
      .map(({ size, cpuMicros }) => `${x(size).toFixed(1)},${y(cpuMicros).toFixed(1)}`)
      .join(' ');
    const row = PLOT.top + 12 + i * 22;
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<path d="M${PLOT.right + 16} ${row - 4}h18" stroke="${colour}" stroke-width="3"/><text x="${PLOT.right + 40}" y="${row}">${escapeXml(curve.of)}</text>`,
    ].join('\n');
  });
  const proportion = `<path d="M${x(1)} ${y(10 ** low)}L${x(10 ** (high - low))} ${y(10 ** high)}" stroke="#94a3b8" stroke-dasharray="5 4"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="360" viewBox="0 0 ${WIDTH} 360" font-family="system-ui, sans-serif" font-size="13" fill="#1e293b">
<rect width="100%" height="100%" rx="6" fill="#ffffff"/>
<text x="12" y="24" font-size="15">${escapeXml(title)} <tspan fill="#64748b">(${escapeXml(unit)})</tspan></text>
${[...grid, proportion, ...lines].join('\n')}
</svg>
`;
}

/** Three significant digits, no more. */
export function formatNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
