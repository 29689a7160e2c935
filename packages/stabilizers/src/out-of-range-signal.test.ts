import type { LossOutputs } from '@ganymede/core';
import { OutOfRangeSignal } from './out-of-range-signal.js';

/** The first of ten equal steps at which the signal speaks; null for none. */
function toldAt(real: number, fake: number, outputs: LossOutputs): number | null {
  const signal = new OutOfRangeSignal();
  for (let step = 1; step <= 10; step++) {
    const view = { step, scalars: { 'D.logitReal': real, 'D.logitFake': fake }, outputs, diameter: 110 };
    if (signal.look(view) !== null) return step;
  }
  return null;
}

test('logits: their size counts', () => {
  expect(toldAt(20, -20, 'logits')).toBeNull();
  expect(toldAt(101, 100, 'logits')).toBe(5);
  expect(toldAt(0, -1e11, 'logits')).toBe(5);
});

test('differences: their level is free', () => {
  expect(toldAt(1e4, 1e4 - 10, 'differences')).toBeNull();
  expect(toldAt(60, -60, 'differences')).toBe(5);
});

test('distances: more than ten times what images can be apart', () => {
  expect(toldAt(600, -400, 'distances')).toBeNull();
  expect(toldAt(1e9, 1e9 - 500, 'distances')).toBeNull();
  expect(toldAt(600, -600, 'distances')).toBe(5);
  // D may be on the wrong side.
  expect(toldAt(-600, 600, 'distances')).toBe(5);
});

test('a start that overshoots for some steps, and what is not finite', () => {
  const signal = new OutOfRangeSignal();
  const said = [500, 400, 300, 200, 99, 500].map((real, step) =>
    signal.look({
      step,
      scalars: { 'D.logitReal': real, 'D.logitFake': 0 },
      outputs: 'logits',
      diameter: 110,
    }),
  );
  expect(said.every((one) => one === null)).toBe(true);
  expect(toldAt(Number.NaN, 0, 'logits')).toBeNull();
  expect(signal.look({ step: 7, scalars: {}, outputs: 'logits', diameter: 110 })).toBeNull();
});
