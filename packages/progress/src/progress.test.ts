import type { RunEvent } from '@ganymede/toolkit';
import { PassThrough } from 'node:stream';
import { BarReporter } from './bar.js';
import { chooseReporter } from './choose-reporter.js';
import { formatBytes, formatDuration, formatLosses, shownPath } from './format.js';
import { JsonReporter } from './json.js';
import { LineReporter } from './lines.js';

const step = (number: number, steps = 100): RunEvent => ({
  kind: 'step',
  step: number,
  steps,
  imagesPerSecond: 12.34,
  secondsLeft: 75,
  losses: { 'D.lossReal': 0.91234, 'G.loss': -1, 'D.gradientNorm': 7 },
});

test.each([
  [0.4, '0 s'],
  [59.6, '1 min 00 s'],
  [75, '1 min 15 s'],
  [3600, '1 h 00 min'],
  [45_300, '12 h 35 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('losses are told, gradient norms are not', () => {
  expect(formatLosses({ 'D.lossReal': 0.91234, 'D.gradientNorm': 7, 'G.loss': -1 })).toBe(
    'D.lossReal 0.912  G.loss -1.000',
  );
});

test('bytes and paths', () => {
  expect([formatBytes(269e6), formatBytes(1.25e9)]).toEqual(['269 MB', '1.25 GB']);
  expect(shownPath('/a/b/c', '/a')).toBe('b/c');
  expect(shownPath('/x', '/a')).toBe('/x');
});

describe('plain lines', () => {
  const reporter = () => {
    const written: string[] = [];
    const clock = { seconds: 0 };
    const lines = new LineReporter(
      (line) => written.push(line),
      () => clock.seconds * 1000,
    );
    return { written, clock, lines };
  };

  test('the first step, one every ten seconds, and the last', () => {
    const { written, clock, lines } = reporter();
    for (let number = 1; number <= 100; number++) {
      clock.seconds = number / 4;
      lines.report(step(number));
    }
    expect(written).toEqual([
      'step 1/100  12 images/s  D.lossReal 0.912  G.loss -1.000  1 min 15 s left',
      expect.stringMatching(/^step 41\/100 /),
      expect.stringMatching(/^step 81\/100 /),
      'step 100/100  12 images/s  D.lossReal 0.912  G.loss -1.000  done',
    ]);
  });

  test('a phase that counts is told once, then every ten seconds', () => {
    const { written, clock, lines } = reporter();
    for (const seconds of [0, 4, 8, 11]) {
      clock.seconds = seconds;
      lines.report({ kind: 'phase', text: `decoding images: ${seconds} of 20` });
    }
    lines.report({ kind: 'phase', text: 'compiling' });
    expect(written).toEqual(['decoding images: 0 of 20', 'decoding images: 11 of 20', 'compiling']);
  });

  test('sheets, checkpoints and notes are always told', () => {
    const { written, lines } = reporter();
    lines.report({ kind: 'sheet', path: '/runs/a.png' });
    lines.report({ kind: 'checkpoint', path: '/runs/1' });
    lines.report({ kind: 'note', text: 'skipped one' });
    expect(written).toEqual(['sheet /runs/a.png', 'checkpoint /runs/1', 'skipped one']);
  });
});

test('JSON lines: every so many steps and the last, all other events', () => {
  const written: string[] = [];
  const reporter = new JsonReporter((line) => written.push(line), 10);
  for (let number = 1; number <= 25; number++) reporter.report(step(number, 25));
  reporter.report({ kind: 'sheet', path: 'a.png' });
  const events = written.map((line) => JSON.parse(line) as { kind: string; step?: number });
  expect(events.map(({ kind, step: number }) => number ?? kind)).toEqual([10, 20, 25, 'sheet']);
});

/** A terminal of 120 columns that keeps what is written to it. */
function terminal(): { stream: NodeJS.WriteStream; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  const written: string[] = [];
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  return {
    stream: Object.assign(stream, {
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
      clearScreenDown: () => true,
    }) as unknown as NodeJS.WriteStream,
    text: () => written.join(''),
  };
}

test('on a terminal: a bar with all of it, notes above, the last step stays', async () => {
  const { stream, text } = terminal();
  const bar = new BarReporter(stream);
  bar.report({ kind: 'phase', text: 'opening shapes' });
  bar.report(step(1));
  bar.report({ kind: 'sheet', path: '/runs/a.png' });
  bar.report(step(100));
  bar.close();
  await new Promise(setImmediate);
  expect(text()).toContain('opening shapes');
  expect(text()).toMatch(
    /1\/100 {2}12 images\/s {2}D\.lossReal 0\.912 {2}G\.loss -1\.000 {2}1 min 15 s left/,
  );
  expect(text()).toContain('sheet /runs/a.png\n');
  expect(text().trimEnd()).toMatch(/step 100\/100 .* done$/);
});

test('what is chosen: JSON if asked for, a bar on a terminal, lines elsewhere', () => {
  const { stream } = terminal();
  const pipe = new PassThrough() as unknown as NodeJS.WriteStream;
  const common = { every: 1, now: () => 0 };
  expect(chooseReporter({ json: true, stream, ...common })).toBeInstanceOf(JsonReporter);
  expect(chooseReporter({ json: false, stream, ...common })).toBeInstanceOf(BarReporter);
  expect(chooseReporter({ json: false, stream: pipe, ...common })).toBeInstanceOf(LineReporter);
});
