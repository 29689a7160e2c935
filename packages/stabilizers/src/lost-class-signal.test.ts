import type { GuardView } from './guard-signal.js';
import { LostClassSignal } from './lost-class-signal.js';

type Classes = NonNullable<NonNullable<GuardView['probe']>['byClass']>;

const of = (...spreads: (number | undefined)[]): Classes =>
  spreads.map((spread, i) => ({ class: `class ${i}`, ...(spread !== undefined && { spread }) }));

/** What is said at each of some looks. */
function said(...looks: Classes[]): (string | null)[] {
  const signal = new LostClassSignal();
  return looks.map((byClass, i) =>
    signal.look({
      step: 10 * i,
      scalars: {},
      outputs: 'logits',
      diameter: 110,
      probe: { logitReal: 1, logitFake: -1, byClass },
    }),
  );
}

test('one class far below the middle one, at two looks in a row', () => {
  const broken = of(0.8, 0.2, 0.9, 0.7);
  expect(said(broken, broken)).toEqual([
    null,
    'class class 1 has lost its variety: its samples are 0.2 times as far apart as its real images, the middle class 0.8 times',
  ]);
  expect(said(broken, of(0.8, 0.8, 0.9, 0.7), broken)).toEqual([null, null, null]);
  // Not the same class twice.
  expect(said(broken, of(0.2, 0.8, 0.9, 0.7))).toEqual([null, null]);
});

test('all classes alike is another trouble; so are two classes without a middle', () => {
  const poor = of(0.2, 0.05, 0.2, 0.2);
  expect(said(poor, poor)).toEqual([null, null]);
  const two = of(0.9, 0.1);
  expect(said(two, two)).toEqual([null, null]);
});

test('a class whose data are one image is not judged, nor is a NaN', () => {
  const odd = of(0.8, undefined, Number.NaN, 0.9, 0.7);
  expect(said(odd, odd)).toEqual([null, null]);
});

test('more classes than one are counted', () => {
  const broken = of(0.8, 0.1, 0.9, 0.7, 0.2);
  expect(said(broken, broken)[1]).toMatch(/ \(and 1 more classes\)$/);
});
