import { layerColour, type Figure } from './figure.js';
import type { NotRecorded, RecordedKind } from './not-recorded.js';
import type { Line, Panel } from './panel.js';
import type { RunSeries, Series } from './run-series.js';

const networks = [
  { key: 'generator', name: 'G' },
  { key: 'discriminator', name: 'D' },
] as const;

const colours = { real: '#1f77b4', heldOut: '#2ca02c', fake: '#d62728', other: '#9467bd' };

type Empty = Readonly<Record<RecordedKind, readonly string[]>>;

function coloured(series: Readonly<Record<string, Series>>): Line[] {
  const all = Object.entries(series);
  return all.map(([name, one], i) => ({ name, colour: layerColour(i, all.length), series: one }));
}

/** sigma_0, sigma_1 and sigma_2 by layer and step: figures 3 and 24 of the paper, and the ratio of the first two. */
function spectra({ spectrum }: RunSeries, marks: readonly number[], empty: Empty): Figure {
  const ofNetwork = networks.map(({ key }) => spectrum[key] ?? {});
  const panel = (place: number, index: number): Panel => ({
    title: `${networks[index]!.name}: sigma_${place}`,
    lines: coloured(
      Object.fromEntries(Object.entries(ofNetwork[index]!).map(([name, places]) => [name, places[place]!])),
    ),
    isLog: true,
    marks,
    empty: empty.spectra,
  });
  const ratio = (index: number): Panel => ({
    title: `${networks[index]!.name}: sigma_0 / sigma_1`,
    lines: coloured(
      Object.fromEntries(
        Object.entries(ofNetwork[index]!).map(([name, [first, second]]) => [
          name,
          {
            steps: first.steps,
            values: first.values.map((value, i) => {
              const other = second.values[i];
              return value !== null && other ? value / other : null;
            }),
          },
        ]),
      ),
    ),
    isLog: true,
    marks,
    empty: empty.spectra,
  });
  return {
    id: 'spectra',
    title: 'Largest singular values of the weights',
    rows: [...[0, 1, 2].map((place) => [panel(place, 0), panel(place, 1)]), [ratio(0), ratio(1)]],
    legend: networks.map(({ name }, i) => ({
      title: name,
      lines: coloured(
        Object.fromEntries(Object.keys(ofNetwork[i]!).map((one) => [one, { steps: [], values: [] }])),
      ),
    })),
  };
}

function norms(run: RunSeries, marks: readonly number[], empty: Empty): Figure {
  const panel = (
    title: string,
    of: Readonly<Record<string, Readonly<Record<string, Series>>>>,
    { key, name }: (typeof networks)[number],
  ): Panel => ({
    title: `${name}: ${title}`,
    lines: coloured(of[key] ?? {}),
    isLog: true,
    marks,
    empty: empty.spectra,
  });
  return {
    id: 'norms',
    title: 'Norms of gradients, steps and weights, by layer',
    rows: [
      networks.map((one) => panel('norms of gradients', run.gradientNorms, one)),
      networks.map((one) => panel('norms of steps', run.updateNorms, one)),
      networks.map((one) => panel('norms of weights', run.weightNorms, one)),
    ],
    legend: networks.map(({ key, name }) => ({ title: name, lines: coloured(run.weightNorms[key] ?? {}) })),
  };
}

function outputs({ probe, scalars }: RunSeries, marks: readonly number[], empty: Empty): Figure {
  const line = (name: string, colour: string, series: Series | undefined): Line[] =>
    series ? [{ name, colour, series }] : [];
  const panel = (title: string, kind: RecordedKind, lines: readonly Line[], isLog = false): Panel => ({
    title,
    lines,
    isLog,
    marks,
    hasLegend: true,
    empty: empty[kind],
  });
  return {
    id: 'outputs',
    title: "D's outputs, losses and the variety of samples",
    rows: [
      [
        panel("D's outputs on fixed images", 'outputs', [
          ...line('real, trained on', colours.real, probe['logitReal']),
          ...line('real, held out', colours.heldOut, probe['logitHeldOut']),
          ...line('generated', colours.fake, probe['logitFake']),
        ]),
        panel('variety of samples, real images are 1', 'variety', [
          ...line('distance between any two of a class', colours.other, probe['spread']),
          ...line('distance to the most similar of its class', colours.heldOut, probe['nearest']),
          ...line('distance between classes', colours.real, probe['between']),
          ...line('directions', colours.fake, probe['directions']),
        ]),
      ],
      [
        panel('losses', 'steps', [
          ...line('D on real', colours.real, scalars['D.lossReal']),
          ...line('D on generated', colours.fake, scalars['D.lossFake']),
          ...line('G', colours.heldOut, scalars['G.loss']),
        ]),
        panel(
          'norms of all gradients',
          'steps',
          [
            ...line('D', colours.real, scalars['D.gradientNorm']),
            ...line('G', colours.heldOut, scalars['G.gradientNorm']),
          ],
          true,
        ),
      ],
    ],
  };
}

/** Characters that fit into a panel. */
const lineLength = 62;

/** Lines of a text that fit into a panel, broken at blanks and after commas. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/[^ ,]*[ ,]*/g) ?? []) {
    if (line !== '' && (line + word).trimEnd().length > lineLength) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return line === '' ? lines : [...lines, line.trimEnd()];
}

function linesOf({ reason, config, flag }: NotRecorded): string[] {
  return [reason, config, flag && `or ${flag}`].flatMap((text) => (text === null ? [] : wrapped(text)));
}

/**
 * All figures of a run; red lines mark the steps that a stabilizer spoke at.
 * @param missing - what to say where there is nothing to draw
 */
export function figuresOf(run: RunSeries, missing: Readonly<Record<RecordedKind, NotRecorded>>): Figure[] {
  const marks = run.evidence.map(({ step }) => step);
  const empty = Object.fromEntries(
    Object.entries(missing).map(([kind, one]) => [kind, linesOf(one)]),
  ) as unknown as Empty;
  return [spectra(run, marks, empty), norms(run, marks, empty), outputs(run, marks, empty)];
}
