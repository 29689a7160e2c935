/** Lines over steps that belong into one chart. */
export interface ChartData {
  readonly title: string;
  /** Ascending. */
  readonly steps: readonly number[];
  readonly lines: readonly {
    readonly name: string;
    /** A value for each step; null where the event had none. */
    readonly values: readonly (number | null)[];
  }[];
}

/** Points a line keeps: more than a screen has columns only make the file large. */
const mostPoints = 1000;
/** Lines that one chart can show and a reader tell apart. */
const mostLines = 24;

/** Which chart a number of the log belongs to; the first that fits. */
const charts: readonly { readonly title: string; readonly fits: RegExp }[] = [
  { title: 'Metrics', fits: /^metric\// },
  { title: 'Losses', fits: /loss/i },
  { title: 'Logits', fits: /logit/i },
  { title: 'Gradient norms', fits: /gradientNorm/i },
  { title: 'Singular values', fits: /singular|sigma|spectr|(^|[./])sv\d*$/i },
  { title: 'Images a second', fits: /^imagesPerSecond$/ },
  { title: 'Memory', fits: /bytes$/i },
];

/**
 * Numbers of a run's events as charts. Metrics get a chart each, for their scales have nothing in common. Numbers that fit
 * no chart are left out; so are lines beyond the twenty-fourth of a chart, the last ones by name.
 */
export function chartsOf(events: readonly Readonly<Record<string, unknown>>[]): readonly ChartData[] {
  const points = new Map<string, Map<number, number>>();
  for (const event of events) {
    const { step, ...rest } = event;
    if (typeof step !== 'number') continue;
    for (const [name, value] of Object.entries(rest)) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      const line = points.get(name) ?? new Map<number, number>();
      points.set(name, line.set(step, value));
    }
  }
  const names = [...points.keys()].sort();
  return charts.flatMap(({ title, fits }, i) => {
    const own = names.filter(
      (name) => charts.findIndex((chart) => chart.fits.test(name)) === i && fits.test(name),
    );
    const groups =
      title === 'Metrics' ? own.map((name) => [name]) : own.length > 0 ? [own.slice(0, mostLines)] : [];
    return groups.map((group) => chartOf(title === 'Metrics' ? group[0]!.slice(7) : title, group, points));
  });
}

function chartOf(
  title: string,
  names: readonly string[],
  points: ReadonlyMap<string, ReadonlyMap<number, number>>,
): ChartData {
  const all = [...new Set(names.flatMap((name) => [...points.get(name)!.keys()]))].sort((a, b) => a - b);
  const stride = Math.ceil(all.length / mostPoints);
  // The last step stays whatever the stride.
  const steps = all.filter((_, i) => i % stride === 0 || i === all.length - 1);
  return {
    title,
    steps,
    lines: names.map((name) => ({
      name: title === name.slice(7) ? title : name,
      values: steps.map((step) => points.get(name)!.get(step) ?? null),
    })),
  };
}
