import { NonFinite, nonFinite } from './index.js';

const observe = (scalars: Record<string, number>, action?: 'warn' | 'stop') =>
  new NonFinite(action).observe({ step: 12, scalars });

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

test('the action is an option, stop by default', async () => {
  expect((await observe({ 'G.loss': Number.NaN }, 'warn')).action.kind).toBe('warn');
  expect(nonFinite.options.parse({})).toEqual({ action: 'stop' });
  expect(() => nonFinite.options.parse({ action: 'explode' })).toThrow();
});
