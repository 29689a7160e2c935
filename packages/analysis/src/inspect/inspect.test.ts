import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { linearTicks, logTicks, tickLabel } from './axis.js';
import { figureSvg, layerColour } from './figure.js';
import { figuresOf } from './figures.js';
import { inspect } from './inspect.js';
import { notRecorded } from './not-recorded.js';
import { panelSvg } from './panel.js';
import { seriesOf } from './run-series.js';

const events = [
  { step: 10, 'D.lossReal': 1.5, 'G.loss': 'NaN', note: 'a text' },
  {
    step: 10,
    spectrum: { generator: { 'a.weight': [3, 2, 1] }, discriminator: { 'b.weight': ['NaN', 'NaN', 'NaN'] } },
    weightNorms: { generator: { 'a.weight': 4 } },
    gradientNorms: { discriminator: { 'b.weight': 0.5 } },
    updateNorms: { discriminator: { 'b.weight': 0.25 } },
  },
  { step: 10, probe: { logitReal: 2, spread: 0.9 } },
  { step: 20, spectrum: { generator: { 'a.weight': [6, 2, 1] } } },
  { step: 20, stabilizer: 'warn', evidence: 'step 20: <sigma_0> & more' },
  { step: 10, rollback: { number: 1, from: 20, to: 10, evidence: 'step 20', change: {} } },
] as const;

test('events become series: NaN is null, texts are none', () => {
  expect(seriesOf(events)).toEqual({
    scalars: {
      'D.lossReal': { steps: [10], values: [1.5] },
      'G.loss': { steps: [10], values: [null] },
    },
    spectrum: {
      generator: {
        'a.weight': [
          { steps: [10, 20], values: [3, 6] },
          { steps: [10, 20], values: [2, 2] },
          { steps: [10, 20], values: [1, 1] },
        ],
      },
      discriminator: {
        'b.weight': Array.from({ length: 3 }, () => ({ steps: [10], values: [null] })),
      },
    },
    weightNorms: { generator: { 'a.weight': { steps: [10], values: [4] } } },
    gradientNorms: { discriminator: { 'b.weight': { steps: [10], values: [0.5] } } },
    updateNorms: { discriminator: { 'b.weight': { steps: [10], values: [0.25] } } },
    probe: { logitReal: { steps: [10], values: [2] }, spread: { steps: [10], values: [0.9] } },
    evidence: [{ step: 20, kind: 'warn', text: 'step 20: <sigma_0> & more' }],
    rollbacks: [{ number: 1, from: 20, to: 10 }],
  });
});

test('ticks are round, few, and within the range', () => {
  expect(linearTicks(0, 1000, 4)).toEqual([0, 500, 1000]);
  expect(linearTicks(-0.3, 0.7).map(tickLabel)).toEqual(['-0.2', '0', '0.2', '0.4', '0.6']);
  expect(linearTicks(2, 2)).toEqual([2]);
  expect(logTicks(0.9, 3.1)).toEqual([1, 1.5, 2, 2.5, 3]);
  expect(logTicks(0.8, 90)).toEqual([1, 2, 5, 10, 20, 50]);
  expect(logTicks(1e-4, 1e4).map(tickLabel)).toEqual(['1e-4', '0.01', '1', '100', '10k']);
});

/** Where the lines of a panel go. */
function pathsOf(svg: string): string[] {
  return [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d]) => d!);
}

const box = { x: 0, y: 0, width: 160, height: 152 };
const panel = (steps: number[], values: (number | null)[], isLog = false): string =>
  panelSvg(
    {
      title: 't',
      isLog,
      lines: [{ name: 'l', colour: 'red', series: { steps, values } }],
      empty: ['Switch it on with <this>.'],
    },
    box,
  );

test('a line goes from corner to corner of its panel', () => {
  // The plot is 100 wide from 48 and 100 high from 24; 5% of the range is left free above and below.
  expect(pathsOf(panel([0, 5, 10], [0, 50, 100]))).toEqual(['M48 119.45L98 74L148 28.55']);
  expect(pathsOf(panel([0, 10], [1, 100], true))[0]).toMatch(/^M48 12\d.*L148 2[45]/);
});

test('what cannot be drawn breaks the line, and so does a step back', () => {
  expect(pathsOf(panel([0, 1, 2], [1, null, 1]))[0]!.match(/M/g)).toHaveLength(2);
  expect(pathsOf(panel([0, 1, 2], [1, -1, 1], true))[0]!.match(/M/g)).toHaveLength(2);
  expect(pathsOf(panel([0, 2, 1, 2], [1, 2, 1, 2]))[0]!.match(/M/g)).toHaveLength(2);
  expect(panel([], [])).toMatch(/Nothing was recorded\..*Switch it on with &lt;this&gt;\./);
  expect(panel([3], [null])).toContain('Nothing was recorded.');
  expect(panel([3], [1])).not.toContain('Nothing was recorded.');
});

test('layers are told apart from the first to the last', () => {
  const colours = Array.from({ length: 12 }, (_, i) => layerColour(i, 12));
  expect(new Set(colours).size).toBe(12);
  expect(colours[0]).toMatch(/^hsl\(0,/);
  expect(layerColour(0, 1)).toBe(colours[0]);
});

test('every figure is a document that renders, with its evidence marked', async () => {
  const figures = figuresOf(seriesOf(events), notRecorded({}, 20));
  expect(figures.map(({ id }) => id)).toEqual(['spectra', 'norms', 'outputs']);
  for (const figure of figures) {
    const svg = figureSvg(figure);
    const { width, height } = await sharp(Buffer.from(svg)).metadata();
    expect([width, height].every((side) => side! > 100)).toBe(true);
  }
  const [spectra] = figures;
  expect(figureSvg(spectra!)).toContain('stroke-dasharray');
  expect(figureSvg(spectra!)).toContain('G: sigma_0 / sigma_1');
});

describe('inspect', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ganymede-inspect-'));
  const run = join(folder, 'watched');
  beforeAll(() => {
    mkdirSync(run);
    writeFileSync(join(run, 'config.json'), '{}');
    writeFileSync(
      join(run, 'events.jsonl'),
      `${events.map((event) => JSON.stringify(event)).join('\n')}\nhalf a li`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('writes figures and one page that needs nothing else', async () => {
    const out = join(folder, 'drawn');
    const { files, series, damagedLines } = await inspect({ run, out });
    expect(files.map((file) => file.slice(out.length + 1))).toEqual([
      'spectra.svg',
      'spectra.png',
      'norms.svg',
      'norms.png',
      'outputs.svg',
      'outputs.png',
      'inspect.html',
    ]);
    expect(series).toEqual(seriesOf(events));
    expect(damagedLines).toEqual([events.length + 1]);
    const page = readFileSync(join(out, 'inspect.html'), 'utf8');
    expect(page).toContain('step 20: &lt;sigma_0&gt; &amp; more');
    expect(page).toContain('from step 20 to step 10');
    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|href=|<script/);
    expect((await sharp(join(out, 'spectra.png')).metadata()).format).toBe('png');
  });

  test('a run that nothing watched says in every empty panel, and once above them, what to switch on', async () => {
    const bare = join(folder, 'bare');
    mkdirSync(bare);
    const config = { stabilizers: [{ use: 'non-finite', action: 'stop', retries: 3 }], log: { every: 10 } };
    writeFileSync(join(bare, 'config.json'), JSON.stringify(config));
    writeFileSync(
      join(bare, 'events.jsonl'),
      `${JSON.stringify({ step: 10, 'D.lossReal': 1, 'G.loss': 1, 'D.gradientNorm': 1 })}\n`,
    );
    await inspect({ run: bare, out: join(bare, 'inspection') });
    const page = readFileSync(join(bare, 'inspection/inspect.html'), 'utf8');
    const flag = '--set \'stabilizers=["non-finite","spectrum","probe","collapse-guard"]\''.replaceAll(
      '"',
      '&quot;',
    );
    expect(page.split(`<pre>${flag}</pre>`)).toHaveLength(2);
    expect(page.match(/Nothing was recorded\./g)).toHaveLength(8 + 6 + 2);
    const drawn = readFileSync(join(bare, 'inspection/spectra.svg'), 'utf8');
    expect(drawn.match(/stabilizers: \[ non-finite, spectrum, probe, collapse-guard \]/g)).toHaveLength(8);
  });

  test('writes nothing where nothing is wanted; refuses what is no run', async () => {
    const { files } = await inspect({ run, out: null });
    expect(files).toEqual([]);
    expect(existsSync(join(run, 'inspection'))).toBe(false);
    await expect(inspect({ run: folder, out: null })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});
