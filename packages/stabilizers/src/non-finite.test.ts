import { componentContract, fromComponent, stabilizerContract } from '@ganymede/testing';
import { NonFinite, nonFinite } from './index.js';

componentContract(nonFinite);
stabilizerContract(fromComponent(nonFinite));

const observe = (
  scalars: Record<string, number>,
  action?: 'warn' | 'stop' | 'rollback',
  rollbacks = 0,
): ReturnType<NonFinite['observe']> => new NonFinite(action).observe({ step: 12, scalars, rollbacks });

test('finite numbers, however large, go on', async () => {
  expect(await observe({ 'G.loss': -3e38, 'D.lossReal': 0 })).toEqual({ action: { kind: 'continue' } });
});

test.each([Number.NaN, Infinity, -Infinity])(
  '%p stops the run and says which number and which step',
  async (value) => {
    const { action, event } = await observe({ 'G.loss': 1, 'D.gradientNorm': value });
    expect(action).toEqual({ kind: 'stop', evidence: `step 12: D.gradientNorm is ${value}` });
    expect(event).toEqual({ nonFinite: ['D.gradientNorm'] });
  },
);

test('a rollback goes to before the step, slower and with other draws; after three it stops', async () => {
  expect((await observe({ 'G.loss': Number.NaN }, 'rollback', 2)).action).toEqual({
    kind: 'rollback',
    evidence: 'step 12: G.loss is NaN',
    to: 11,
    change: { learningRates: { generator: 0.5, discriminator: 0.5 }, newRandomness: true },
  });
  expect((await observe({ 'G.loss': Number.NaN }, 'rollback', 3)).action.kind).toBe('stop');
});

test('the action is an option, stop by default', async () => {
  expect((await observe({ 'G.loss': Number.NaN }, 'warn')).action.kind).toBe('warn');
  expect(nonFinite.options.parse({})).toEqual({ action: 'stop', retries: 3 });
  expect(() => nonFinite.options.parse({ action: 'explode' })).toThrow();
});
