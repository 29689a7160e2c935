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

interface Chart {
  readonly title: string;
  readonly fits: RegExp;
  /** What one of the axis is, in the log's unit. */
  readonly unit?: number;
  /** How many lines are shown, those that end highest; all that fit by default. */
  readonly largest?: number;
}

/** Weights that a chart of singular values shows: those that a collapse would be seen in. */
const largest = 8;

/** Which chart a number of the log belongs to; the first that fits. */
const charts: readonly Chart[] = [
  { title: 'Metrics', fits: /^metric\// },
  { title: 'Largest singular values of the generator', fits: /^spectrum\/generator\//, largest },
  { title: 'Largest singular values of the discriminator', fits: /^spectrum\/discriminator\//, largest },
  { title: 'Variety', fits: /^probe\/(spread|nearest|between|directions)$/ },
  { title: 'Losses', fits: /loss/i },
  { title: 'Logits', fits: /logit/i },
  { title: 'Gradient norms', fits: /gradientNorm/i },
  { title: 'Singular values', fits: /singular|sigma|spectr|(^|[./])sv\d*$/i },
  { title: 'Images a second', fits: /^imagesPerSecond$/ },
  { title: 'Memory in GB', fits: /bytes$/i, unit: 1e9 },
];

/**
 * Numbers of a run's events as charts. Metrics get a chart each, for their scales have nothing in common. Of a spectrum
 * the largest singular value of each weight is taken. Numbers that fit no chart are left out; so are lines beyond the
 * twenty-fourth of a chart, the last ones by name.
 */
export function chartsOf(events: readonly Readonly<Record<string, unknown>>[]): readonly ChartData[] {
  const points = new Map<string, Map<number, number>>();
  for (const event of events) {
    const { step, ...rest } = event;
    if (typeof step !== 'number') continue;
    for (const [name, value] of numbersOf(rest)) {
      const line = points.get(name) ?? new Map<number, number>();
      points.set(name, line.set(step, value));
    }
  }
  const names = [...points.keys()].sort();
  return charts.flatMap((chart, i) => {
    const own = names.filter((name) => charts.findIndex(({ fits }) => fits.test(name)) === i);
    if (own.length === 0) return [];
    if (chart.title === 'Metrics')
      return own.map((name) => chartOf({ ...chart, title: name.slice(7) }, [name], points));
    return [chartOf(chart, shown(own, chart, points), points)];
  });
}

type Points = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Finite numbers of an event; those of a spectrum and of a probe by their path. */
function numbersOf(
  event: Readonly<Record<string, unknown>>,
  path = '',
): readonly (readonly [string, number])[] {
  return Object.entries(event).flatMap(([key, value]): readonly (readonly [string, number])[] => {
    const name = path + key;
    if (typeof value === 'number') return Number.isFinite(value) ? [[name, value]] : [];
    if (!/^(spectrum|probe)(\/|$)/.test(name) || typeof value !== 'object' || value === null) return [];
    return Array.isArray(value)
      ? numbersOf({ [name]: (value as readonly unknown[])[0] })
      : numbersOf(value as Readonly<Record<string, unknown>>, `${name}/`);
  });
}

function shown(names: readonly string[], { largest: most }: Chart, points: Points): readonly string[] {
  if (most === undefined) return names.slice(0, mostLines);
  const last = (name: string): number => [...points.get(name)!.values()].at(-1)!;
  return [...names].sort((a, b) => last(b) - last(a)).slice(0, most);
}

function chartOf({ title, fits, unit = 1 }: Chart, names: readonly string[], points: Points): ChartData {
  const all = [...new Set(names.flatMap((name) => [...points.get(name)!.keys()]))].sort((a, b) => a - b);
  const stride = Math.ceil(all.length / mostPoints);
  // The last step stays whatever the stride.
  const steps = all.filter((_, i) => i % stride === 0 || i === all.length - 1);
  return {
    title,
    steps,
    lines: names.map((name) => ({
      name: title === name.slice(7) ? title : title.startsWith('Largest') ? name.replace(fits, '') : name,
      values: steps.map((step) => {
        const value = points.get(name)!.get(step);
        return value === undefined ? null : value / unit;
      }),
    })),
  };
}
