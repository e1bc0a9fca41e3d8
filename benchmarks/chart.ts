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

/** Three significant digits, no more. */
export function formatNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
