import { readFileSync } from 'node:fs';

/** uPlot, as its package ships it for pages without modules. */
const uplotFile = (name: string): string => readFileSync(require.resolve(`uplot/${name}`), 'utf8');

export function chartStyle(): string {
  return uplotFile('dist/uPlot.min.css');
}

/** What draws the charts of `#charts` into `#plots`, with uPlot inlined, and its licence, which asks to be kept with it. */
export function chartScript(): string {
  return `/*\n${uplotFile('LICENSE')}*/\n${uplotFile('dist/uPlot.iife.min.js')}\n${drawing}`;
}

/** Runs in the reader's browser. Colors follow the page's own, light or dark. */
const drawing = `
(() => {
  const place = document.getElementById('plots');
  if (!place) return;
  const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];
  const ink = getComputedStyle(document.body).color;
  const axis = { stroke: ink, grid: { stroke: '#8883' }, ticks: { stroke: '#8883' } };
  const charts = JSON.parse(document.getElementById('charts').textContent);
  // All places first: the grid gives them their width together.
  const boxes = charts.map(() => place.appendChild(document.createElement('div')));
  for (const [at, { title, steps, lines }] of charts.entries()) {
    const box = boxes[at];
    const series = lines.map(({ name }, i) => ({
      label: name,
      stroke: colors[i % colors.length],
      dash: i < colors.length ? undefined : [6, 3],
      spanGaps: true,
      points: { show: steps.length < 40 },
      value: (_, value) => (value == null ? '' : String(Number(value.toPrecision(5)))),
    }));
    new uPlot(
      {
        title,
        width: Math.max(320, box.clientWidth),
        height: 280,
        scales: { x: { time: false } },
        axes: [axis, { ...axis, size: 64 }],
        series: [{ label: 'step' }, ...series],
      },
      [steps, ...lines.map(({ values }) => values)],
      box,
    );
  }
})();
`;
