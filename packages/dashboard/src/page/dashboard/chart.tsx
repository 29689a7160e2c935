import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import type { ChartSeries } from './server.js';
import { number } from './words.js';

/** Colours that the colour-blind tell apart (Okabe and Ito), for few lines. */
const few = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#3fa7d6'];
/** From red at the first layer to blue at the last, for many. */
const colourOf = (i: number, count: number): string =>
  count <= few.length ? few[i]! : `hsl(${Math.round((250 * i) / (count - 1))} 65% 48%)`;

interface ChartProps {
  readonly series: ChartSeries;
  /** The steps that are shown; null for all. */
  readonly range: readonly [number, number] | null;
  readonly onRange: (range: readonly [number, number] | null) => void;
}

/** Lines over steps. Drag to look closer, double-click for all of it. */
export function Chart({ series, range, onRange }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const { title, names, isLog } = series;
  const key = names.join('\n');
  useEffect(() => {
    const box = place.current!;
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue('--soft');
    const grid = { stroke: style.getPropertyValue('--line'), width: 1 };
    const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui' };
    const made = new UPlot(
      {
        width: box.clientWidth,
        height: 200,
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        // Logarithmic; the enum of uPlot exists in its types alone.
        scales: { x: { time: false }, y: isLog ? { distr: 3 as unknown as UPlot.Scale.Distr } : {} },
        axes: [
          { ...axis, size: 32 },
          { ...axis, size: 58, values: (_, all) => all.map((one) => (one === null ? '' : number(one))) },
        ],
        series: [
          {},
          ...names.map((label, i) => ({
            label,
            stroke: colourOf(i, names.length),
            width: 1.25,
            spanGaps: true,
            points: { show: series.steps.length < 30 },
          })),
        ],
        hooks: {
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 4) return;
              onRange([Math.floor(self.posToVal(left, 'x')), Math.ceil(self.posToVal(left + width, 'x'))]);
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      dataOf(series),
      box,
    );
    plot.current = made;
    made.over.addEventListener('dblclick', () => onRange(null));
    const observer = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: 200 }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [key, isLog]);
  useEffect(() => plot.current?.setData(dataOf(series)), [series]);
  const last = series.lines.map((line) => line.findLast((value) => value !== null) ?? null);
  return (
    <figure class="chart panel" style={{ margin: 0 }}>
      <h3>{title}</h3>
      <div
        ref={place}
        role="img"
        aria-label={`${title}: ${names
          .slice(0, 6)
          .map((name, i) => `${name} ${number(last[i])}`)
          .join(', ')}${range ? `, steps ${range[0]} to ${range[1]}` : ''}`}
      />
      <figcaption class="legend" tabIndex={names.length > 8 ? 0 : undefined}>
        {names.map((name, i) => (
          <span key={name} style={{ '--line-colour': colourOf(i, names.length) }}>
            {name} {number(last[i])}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** What a logarithm does not have is left out. */
function dataOf({ steps, lines, isLog }: ChartSeries): UPlot.AlignedData {
  const shown = isLog
    ? lines.map((line) => line.map((value) => (value !== null && value > 0 ? value : null)))
    : lines;
  return [steps, ...shown] as unknown as UPlot.AlignedData;
}
