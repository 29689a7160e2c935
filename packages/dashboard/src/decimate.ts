/** Points of one line, steps ascending. */
export interface Line {
  readonly steps: readonly number[];
  /** Null where a step's value was no finite number. */
  readonly values: readonly (number | null)[];
}

/** Lines over the same steps, as a chart draws them. */
export interface Aligned {
  readonly steps: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
}

/** The first place in ascending steps that is not below `step`. */
function placeOf(steps: readonly number[], step: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Lines thinned out to what a screen shows: of the steps under one pixel the smallest and the largest value of each
 * line, in the order in which they came, so that no peak is lost. Where there are fewer steps than that they stay as
 * they are.
 * @param pixels - columns of the chart
 * @param from - first step, inclusive
 * @param to - last step, inclusive
 */
export function decimate(lines: readonly Line[], pixels: number, from = 0, to = Infinity): Aligned {
  const cut = lines.map(({ steps, values }) => {
    const [begin, end] = [placeOf(steps, from), placeOf(steps, to + 1)];
    return { steps: steps.slice(begin, end), values: values.slice(begin, end) };
  });
  // Only where every line is short can all of their steps together be few.
  const isLong = cut.some(({ steps }) => steps.length > 2 * pixels);
  const all = isLong ? [] : [...new Set(cut.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
  if (!isLong && all.length <= 2 * pixels) {
    const at = new Map(all.map((step, i) => [step, i]));
    return {
      steps: all,
      lines: cut.map(({ steps, values }) => {
        const line = new Array<number | null>(all.length).fill(null);
        steps.forEach((step, i) => (line[at.get(step)!] = values[i]!));
        return line;
      }),
    };
  }
  const filled = cut.filter(({ steps }) => steps.length > 0);
  const first = Math.min(...filled.map(({ steps }) => steps[0]!));
  const last = Math.max(...filled.map(({ steps }) => steps.at(-1)!));
  const width = (last - first + 1) / pixels;
  const steps = Array.from({ length: 2 * pixels }, (_, i) =>
    Math.floor(first + width * (Math.floor(i / 2) + (i % 2) / 2)),
  );
  // The last column ends at the last step, so that a chart does not stop short of it.
  steps[steps.length - 1] = last;
  return {
    steps,
    lines: cut.map(({ steps: own, values }) => {
      const line = new Array<number | null>(2 * pixels).fill(null);
      for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
        const end = pixel === pixels - 1 ? own.length : placeOf(own, first + width * (pixel + 1));
        let [least, most] = [-1, -1];
        for (; at < end; at++) {
          const value = values[at] ?? null;
          if (value === null) continue;
          if (least === -1 || value < values[least]!) least = at;
          if (most === -1 || value > values[most]!) most = at;
        }
        if (least === -1) continue;
        line[2 * pixel] = values[Math.min(least, most)]!;
        line[2 * pixel + 1] = values[Math.max(least, most)]!;
      }
      return line;
    }),
  };
}
