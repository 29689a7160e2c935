import { decimate, type Aligned } from './decimate.js';
import type { RunEvents } from './run-events.js';

/** One chart with its numbers. */
export interface ChartSeries extends Aligned {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly isLog: boolean;
  readonly names: readonly string[];
}

interface Chart {
  readonly title: string;
  readonly group: string;
  readonly fits: RegExp;
  readonly isLog?: boolean;
  /** Name of a line, by the match. */
  readonly name?: (match: RegExpExecArray) => string;
}

const networks = [
  { key: 'generator', letter: 'G' },
  { key: 'discriminator', letter: 'D' },
];

const charts: readonly Chart[] = [
  { title: 'Losses', group: 'Training', fits: /^(D\.lossReal|D\.lossFake|G\.loss)$/ },
  { title: "D's outputs", group: 'Training', fits: /^D\.logit(Real|Fake)$|^probe\/(logit\w+)$/ },
  { title: 'Gradient norms', group: 'Training', fits: /^[DG]\.gradientNorm$/, isLog: true },
  { title: 'Penalties', group: 'Training', fits: /^[DG](reg)?\.penalty\d+$/ },
  {
    title: 'Variety of samples, real images are 1',
    group: 'Training',
    fits: /^probe\/(spread|nearest|between|directions)$/,
    name: ([, name]) => name!,
  },
  { title: 'Images per second', group: 'Training', fits: /^imagesPerSecond$/ },
  ...networks.flatMap(({ key, letter }) =>
    [0, 1, 2].map((place) => ({
      title: `${letter}: sigma ${place} by layer`,
      group: 'Singular values',
      fits: new RegExp(`^spectrum/${key}/(.+)/${place}$`),
      isLog: true,
      name: ([, name]: RegExpExecArray) => name!,
    })),
  ),
  ...networks.flatMap(({ key, letter }) =>
    (['gradientNorms', 'updateNorms', 'weightNorms'] as const).map((kind) => ({
      title: `${letter}: ${{ gradientNorms: 'gradients', updateNorms: 'steps', weightNorms: 'weights' }[kind]} by layer`,
      group: 'Norms',
      fits: new RegExp(`^${kind}/${key}/(.+)$`),
      isLog: true,
      name: ([, name]: RegExpExecArray) => name!,
    })),
  ),
  { title: 'Memory, bytes', group: 'Machine', fits: /^residentBytes$/ },
];

/** Every chart of a run that has something to draw; metrics first, one each, since their scales have nothing in common. */
export function chartSeries(
  { lines }: Pick<RunEvents, 'lines'>,
  { pixels, from, to }: { readonly pixels: number; readonly from: number; readonly to: number },
): readonly ChartSeries[] {
  const metrics = [...lines.keys()].flatMap((name) => {
    const [, metric] = /^metric\/(.+)$/.exec(name) ?? [];
    return metric === undefined ? [] : [{ title: metric, group: 'Metrics', fits: name }];
  });
  const own = metrics.map(({ title, group, fits }) => ({
    title,
    group,
    isLog: false,
    found: [[fits, title] as const],
  }));
  const others = charts.map(({ title, group, fits, isLog = false, name }) => ({
    title,
    group,
    isLog,
    found: [...lines.keys()].flatMap((key) => {
      const match = fits.exec(key);
      return match ? [[key, name ? name(match) : key] as const] : [];
    }),
  }));
  return [...own, ...others]
    .filter(({ found }) => found.length > 0)
    .map(({ title, group, isLog, found }) => ({
      id: title.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase(),
      title,
      group,
      isLog,
      names: found.map(([, name]) => name),
      ...decimate(
        found.map(([key]) => lines.get(key)!),
        pixels,
        from,
        to,
      ),
    }));
}
