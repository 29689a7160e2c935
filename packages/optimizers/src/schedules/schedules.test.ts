import { componentContract, expectAllclose, fromComponent, scheduleContract } from '@ganymede/testing';
import { constant } from './constant.js';
import { CosineSchedule, cosine } from './cosine.js';
import { LinearSchedule, linear } from './linear.js';
import { step, StepSchedule } from './step.js';

[constant, linear, cosine, step].forEach((definition) => componentContract(definition));
scheduleContract(fromComponent(constant));
scheduleContract(fromComponent(linear, { warmupSteps: 10, decayStart: 100, decayEnd: 200, final: 0.1 }));
scheduleContract(fromComponent(cosine, { steps: 1000, warmupSteps: 10 }));
scheduleContract(fromComponent(step, { milestones: [10, 100], gamma: 0.5 }));

describe('ConstantSchedule', () => {
  test('is 1', () => expect(fromComponent(constant).create().factor(12)).toBe(1));
});

describe('LinearSchedule', () => {
  const schedule = new LinearSchedule({ warmupSteps: 4, decayStart: 10, decayEnd: 20, final: 0.2 });

  test('warms up, stays, decays, stays', () => {
    const at = [0, 1, 3, 4, 10, 15, 20, 100].map((t) => schedule.factor(t));
    expectAllclose(at, [0.25, 0.5, 1, 1, 1, 0.6, 0.2, 0.2]);
  });

  test('by default it is 1', () => {
    expect([0, 1, 1e9].map((t) => new LinearSchedule().factor(t))).toEqual([1, 1, 1]);
  });

  test('an end before the start is refused', () => {
    expect(() => linear.options.parse({ decayStart: 5, decayEnd: 5 })).toThrow('greater than decayStart');
  });
});

describe('CosineSchedule', () => {
  test('warms up, then half a cosine', () => {
    const schedule = new CosineSchedule({ steps: 12, warmupSteps: 4, final: 0.1 });
    const at = [0, 3, 4, 6, 8, 12, 50].map((t) => schedule.factor(t));
    expectAllclose(at, [0.25, 1, 1, 0.1 + 0.45 * (1 + Math.SQRT1_2), 0.55, 0.1, 0.1]);
  });

  test('a warm-up that leaves no steps is refused', () => {
    expect(() => cosine.options.parse({ steps: 5, warmupSteps: 5 })).toThrow('greater than warmupSteps');
  });
});

describe('StepSchedule', () => {
  test('drops at each milestone, whatever their order', () => {
    const schedule = new StepSchedule([20, 10], 0.5);
    expect([0, 9, 10, 19, 20, 1000].map((t) => schedule.factor(t))).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  });
});
