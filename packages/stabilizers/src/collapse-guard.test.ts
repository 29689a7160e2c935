import * as tf from '@tensorflow/tfjs';
import { RandomStream, type EvaluatedNumber, type LossOutputs, type StabilizerAction } from '@ganymede/core';
import { componentContract, fromComponent, stabilizerContract } from '@ganymede/testing';
import { collapseGuard, CollapseGuard, type CollapseGuardOptions } from './index.js';

beforeAll(() => tf.setBackend('cpu'));

componentContract(collapseGuard);
stabilizerContract(fromComponent(collapseGuard));
stabilizerContract(fromComponent(collapseGuard, { action: 'rollback', window: 10 }));

/** What a healthy run reports at a step: D is ahead by about two, losses about one, spectra grow slowly. */
interface Story {
  readonly scalars: Record<string, number>;
  readonly spectrum: Record<string, Record<string, number[]>>;
  readonly probe: Record<string, unknown>;
  readonly evaluation?: EvaluatedNumber;
}

function healthy(step: number): Story {
  const random = RandomStream.create(step, 'story');
  const around = (value: number, reach: number): number => value + reach * (2 * random.nextUniform() - 1);
  const grown = (1 + step / 500) ** 0.5;
  return {
    scalars: {
      'D.lossReal': around(0.5, 0.4),
      'D.lossFake': around(0.5, 0.4),
      'D.logitReal': around(1, 0.5),
      'D.logitFake': around(-1, 0.5),
      'G.loss': around(1, 0.5),
      'D.gradientNorm': around(2, 1),
      'G.gradientNorm': around(1, 0.6),
    },
    spectrum: {
      generator: { 'a.weight': [around(grown, 0.02), 0.8, 0.7], 'b.weight': [around(grown, 0.05), 1, 1] },
      discriminator: { 'c.weight': [around(1.5 * grown, 0.1), 1, 1] },
    },
    probe: {
      logitReal: around(2, 0.5),
      logitHeldOut: around(1.8, 0.5),
      logitFake: around(-2, 0.5),
      spread: around(0.85, 0.15),
      nearest: around(0.85, 0.15),
      between: around(0.85, 0.15),
      directions: around(0.6, 0.2),
      byClass: ['circle', 'square', 'star', 'ring'].map((name) => ({
        class: name,
        spread: around(0.85, 0.15),
        nearest: around(0.85, 0.15),
        directions: around(0.8, 0.2),
      })),
    },
  };
}

interface Said {
  readonly step: number;
  readonly action: StabilizerAction;
  readonly event: unknown;
}

/** Shows a guard the steps of a story, spectrum and probe every tenth; gives what it said. */
async function watch(
  guard: CollapseGuard,
  tell: (story: Story, step: number) => Story,
  from = 1,
  to = 600,
  rollbacks = 0,
  loss: { readonly outputs?: LossOutputs } = {},
): Promise<Said[]> {
  const said: Said[] = [];
  for (let step = from; step <= to; step++) {
    const { scalars, spectrum, probe, evaluation = null } = tell(healthy(step), step);
    const readings = step % 10 === 0 ? { spectrum, probe } : {};
    const { action, event } = await guard.observe({
      step,
      scalars,
      readings,
      evaluation,
      rollbacks,
      loss,
      generator: { imageShape: { height: 32, width: 32, channels: 3 } },
    });
    if (action.kind !== 'continue') said.push({ step, action, event });
  }
  return said;
}

const unchanged = (story: Story): Story => story;
const evidenceOf = ({ action }: Said): string => ('evidence' in action ? action.evidence : '');

test('a healthy run is not flagged, and vouched for up to a window ago', async () => {
  const guard = new CollapseGuard();
  expect(guard.healthyStep).toBeNull();
  expect(await watch(guard, unchanged, 1, 3000)).toEqual([]);
  expect(guard.healthyStep).toBe(2900);
});

const evaluated = (step: number, value: number): EvaluatedNumber => ({
  step: step - 1,
  name: 'fid',
  value,
  better: 'lower',
});

const stories: Record<string, { tell: (story: Story, step: number) => Story; by: number; evidence: RegExp }> =
  {
    'a NaN in a loss': {
      tell: (story, step) =>
        step < 300 ? story : { ...story, scalars: { ...story.scalars, 'G.loss': Number.NaN } },
      by: 300,
      evidence: /^step 300: G\.loss is NaN$/,
    },
    'a NaN in a spectrum': {
      tell: (story, step) =>
        step < 300
          ? story
          : { ...story, spectrum: { ...story.spectrum, generator: { 'a.weight': [NaN, NaN, NaN] } } },
      by: 300,
      evidence: /^step 300: sigma_0 of generator a\.weight is NaN$/,
    },
    'a jump of sigma_0 in D': {
      tell: (story, step) =>
        step < 300
          ? story
          : { ...story, spectrum: { ...story.spectrum, discriminator: { 'c.weight': [4, 1, 1] } } },
      by: 300,
      evidence:
        /^step 300: sigma_0 of discriminator c\.weight grew [\d.]+-fold from step 290 to 300 \([\d.]+ to 4\), at most 1\.\d+-fold before$/,
    },
    'an explosion in G': {
      tell: (story, step) => {
        const factor = step < 300 ? 1 : 1.17 ** ((step - 300) / 10);
        const [first, ...others] = story.spectrum['generator']!['a.weight']!;
        const generator = { ...story.spectrum['generator'], 'a.weight': [first! * factor, ...others] };
        return { ...story, spectrum: { ...story.spectrum, generator } };
      },
      by: 350,
      evidence: /^step 3\d0: sigma_0 of generator a\.weight grew 2\.\d+-fold from step \d+ to 3\d0 /,
    },
    'a D that overshoots': {
      tell: (story, step) =>
        step !== 300 && step !== 303 && step !== 306
          ? story
          : { ...story, scalars: { ...story.scalars, 'D.lossFake': 9, 'D.gradientNorm': 30 } },
      by: 306,
      evidence:
        /^step 306: D overshot: at step 300 its loss was 9\.\d+ and the norm of its gradient 30, at most 1\.\d+ and 2\.9\d* in the 50 steps before, and it has not come back$/,
    },
    'a G without a gradient': {
      tell: (story, step) =>
        step < 300 ? story : { ...story, scalars: { ...story.scalars, 'G.gradientNorm': 0.01 } },
      by: 304,
      evidence: /^step 304: G's gradient is gone: its norm was 0\.01, below 0\.[01]\d+ for 5 steps$/,
    },
    'a D whose outputs come together': {
      tell: (story, step) =>
        step < 300 ? story : { ...story, probe: { ...story.probe, logitReal: 0.2, logitFake: 0.1 } },
      by: 300,
      evidence:
        /^step 300: D's outputs on real and generated images differ by 0\.1 where they lately differed by [34]\.?\d*$/,
    },
    'a D that no longer tells': {
      tell: (story, step) =>
        step < 300
          ? story
          : { ...story, scalars: { ...story.scalars, 'D.logitReal': -0.1, 'D.logitFake': -0.1 } },
      by: 400,
      evidence:
        /^step \d+: D does not tell real from generated images: its outputs differed by [\d.]+ ± [\d.]+ over 100 steps$/,
    },
    'a D that has won': {
      tell: (story, step) =>
        step < 300
          ? story
          : { ...story, scalars: { ...story.scalars, 'D.lossReal': 0, 'D.lossFake': 0.001 } },
      by: 400,
      evidence:
        /^step 39\d: D's loss was 0\.0\d+ on average over 100 steps: G has nothing that looks real to it$/,
    },
    'a D that is winning and memorizes': {
      tell: (story, step) =>
        step < 300
          ? story
          : {
              ...story,
              scalars: { ...story.scalars, 'D.lossReal': 0.03, 'D.lossFake': 0.03 },
              probe: { ...story.probe, logitReal: 5, logitHeldOut: 0, logitFake: -5 },
            },
      by: 400,
      evidence: /, and 50% of what it tells apart it does not on held-out images$/,
    },
    'samples that become alike': {
      tell: (story, step) => (step < 300 ? story : { ...story, probe: { ...story.probe, spread: 0.1 } }),
      by: 310,
      evidence:
        /^step 310: samples of a class are 0\.1 times as different from each other as real images, [\d.]+ at best before$/,
    },
    'evaluations that get worse and stay so': {
      tell: (story, step) =>
        step % 10 === 1 ? { ...story, evaluation: evaluated(step, step < 300 ? 20 : 40) } : story,
      by: 311,
      evidence: /^step 311: fid was 40 at step 310, 20 at best before$/,
    },
    'samples that become copies of few pictures, of many brightnesses': {
      tell: (story, step) => (step < 300 ? story : { ...story, probe: { ...story.probe, directions: 0.1 } }),
      by: 350,
      evidence:
        /^step 350: samples have been copies of few pictures since step 300: they differ in 0\.1 times as many directions as real images, those of a class are [\d.]+ times as far from the most similar one, those of different classes [\d.]+ times as far apart$/,
    },
    'one class that loses its variety': {
      tell: (story, step) =>
        step < 300
          ? story
          : {
              ...story,
              probe: {
                ...story.probe,
                byClass: (story.probe['byClass'] as { class: string }[]).map((one) =>
                  one.class === 'star' ? { ...one, nearest: 0.1 } : one,
                ),
              },
            },
      by: 310,
      evidence:
        /^step 310: class star has lost its variety: its samples are 0\.1 times as far from the most similar one as its real images, the middle class [\d.]+ times$/,
    },
    "a D whose outputs leave its loss's range": {
      tell: (story, step) =>
        step < 300
          ? story
          : { ...story, scalars: { ...story.scalars, 'D.logitReal': 1e11 + 2, 'D.logitFake': 1e11 } },
      by: 304,
      evidence:
        /^step 304: D's outputs on real and generated images are 100000000000 and 100000000000, out of the range of its loss, 100, for 5 steps: nothing holds D$/,
    },
    'samples that become copies of a few': {
      tell: (story, step) =>
        step < 300 ? story : { ...story, probe: { ...story.probe, nearest: 0.2, directions: 1 } },
      by: 310,
      evidence: /^step 310: samples of a class are 0\.2 times/,
    },
  };

describe.each(Object.keys(stories))('%s', (name) => {
  const { tell, by, evidence } = stories[name]!;

  test('is told once, in words, with what can be vouched for', async () => {
    const said = await watch(new CollapseGuard(), tell);
    expect(said.map(({ action }) => action.kind)).toEqual(['warn']);
    const [{ step, event }] = said as [Said];
    expect(step).toBeGreaterThanOrEqual(300);
    expect(step).toBeLessThanOrEqual(by);
    expect(evidenceOf(said[0]!)).toMatch(evidence);
    const { collapse } = event as { collapse: { healthyStep: number } };
    expect(collapse.healthyStep).toBeLessThanOrEqual(step - 100);
    expect(collapse.healthyStep).toBeGreaterThanOrEqual(step - 102);
  });

  test('stops where it should', async () => {
    const guard = new CollapseGuard({ action: 'stop' });
    const [first] = await watch(guard, tell, 1, by);
    expect(first?.action.kind).toBe('stop');
    expect(guard.healthyStep).toBeLessThan(300);
  });
});

test('a trouble that was over for a window and comes back is told again', async () => {
  const said = await watch(new CollapseGuard(), (story, step) =>
    step === 200 || step === 260 || step === 400
      ? { ...story, scalars: { ...story.scalars, 'G.loss': Infinity } }
      : story,
  );
  expect(said.map(({ step }) => step)).toEqual([200, 400]);
});

test('a hard batch is no overshoot: a large loss or a large gradient alone', async () => {
  const alone = (key: string) =>
    watch(new CollapseGuard(), (story, step) =>
      step === 300 ? { ...story, scalars: { ...story.scalars, [key]: 100 } } : story,
    );
  expect(await alone('D.lossFake')).toEqual([]);
  expect(await alone('D.gradientNorm')).toEqual([]);
});

test('a D that comes back at once has not overshot', async () => {
  const jumping = (...steps: number[]) =>
    watch(new CollapseGuard(), (story, step) =>
      steps.includes(step)
        ? { ...story, scalars: { ...story.scalars, 'D.lossFake': 9, 'D.gradientNorm': 30 } }
        : story,
    );
  expect(await jumping(300)).toEqual([]);
  expect(await jumping(300, 302)).toEqual([]);
  expect(await jumping(300, 302, 311)).toEqual([]);
  expect((await jumping(300, 302, 310)).map(({ step }) => step)).toEqual([310]);
});

test('losses that can be negative are never won', async () => {
  const said = await watch(new CollapseGuard(), (story) => ({
    ...story,
    scalars: { ...story.scalars, 'D.lossReal': -3, 'D.lossFake': 2 },
  }));
  expect(said).toEqual([]);
});

test('evaluations are judged by their own way, and single outliers are not told', async () => {
  const tell = (values: readonly number[], better: 'lower' | 'higher') =>
    watch(new CollapseGuard(), (story, step) =>
      step % 100 === 1
        ? { ...story, evaluation: { ...evaluated(step, values[(step - 1) / 100]!), better } }
        : story,
    );
  expect(await tell([20, 40, 20, 40, 25, 29], 'lower')).toEqual([]);
  expect(await tell([2, 4, 6, 8, 9, 9], 'higher')).toEqual([]);
  expect((await tell([2, 8, 5, 5, 8, 8], 'higher')).map(({ step }) => step)).toEqual([301]);
  // KID may be zero or below.
  expect(await tell([1e-4, -1e-4, 0, 0, NaN, 1e-4], 'lower')).toEqual([]);
});

const broken = (story: Story, step: number): Story =>
  step < 300 ? story : { ...story, probe: { ...story.probe, spread: 0.1 } };

test('a rollback goes to what it vouches for, with the changed recipe; after its retries it stops', async () => {
  const options: CollapseGuardOptions = {
    action: 'rollback',
    learningRateFactor: 0.5,
    regularizers: [{ use: 'r1', gamma: 1 }],
    retries: 2,
  };
  const [first] = await watch(new CollapseGuard(options), broken, 1, 320, 1);
  expect(first?.action).toEqual({
    kind: 'rollback',
    evidence: expect.stringMatching(/^step 310: /),
    to: 209,
    change: {
      learningRates: { generator: 0.5, discriminator: 0.5 },
      regularizers: [{ use: 'r1', gamma: 1 }],
      newRandomness: true,
    },
  });
  const [last] = await watch(new CollapseGuard(options), broken, 1, 320, 2);
  expect(last?.action).toMatchObject({
    kind: 'stop',
    evidence: expect.stringMatching(/; after 2 rollbacks$/),
  });
});

test('a cut lowers the rates, as often as it may', async () => {
  const guard = new CollapseGuard({ action: 'cut', learningRateFactor: 0.3, retries: 1 });
  const said = await watch(guard, (story, step) =>
    step === 200 || step === 400 ? { ...story, scalars: { ...story.scalars, 'G.loss': NaN } } : story,
  );
  expect(said.map(({ action }) => action)).toEqual([
    {
      kind: 'cut',
      evidence: 'step 200: G.loss is NaN',
      learningRates: { generator: 0.3, discriminator: 0.3 },
    },
    { kind: 'stop', evidence: 'step 400: G.loss is NaN; after 1 cuts' },
  ]);
});

test('it goes on from its state as if it had not been away', async () => {
  const whole = new CollapseGuard();
  const expected = await watch(whole, stories['an explosion in G']!.tell);
  const before = new CollapseGuard();
  const first = await watch(before, stories['an explosion in G']!.tell, 1, 305);
  const after = new CollapseGuard();
  after.restore(JSON.parse(JSON.stringify(before.state)));
  const second = await watch(after, stories['an explosion in G']!.tell, 306, 600);
  expect([...first, ...second]).toEqual(expected);
  expect(after.state).toEqual(whole.state);
});

test('options become what a rollback adds', () => {
  const context = { runFolder: null, now: () => 0 };
  const made = collapseGuard.create(
    collapseGuard.options.parse({ action: 'rollback', r1: null, clampRatio: 1.5 }),
    context,
  );
  expect(made).toBeInstanceOf(CollapseGuard);
  expect(collapseGuard.options.safeParse({ clampRatio: -1 }).success).toBe(false);
  expect(collapseGuard.options.safeParse({ learningRateFactor: 0 }).success).toBe(false);
});

test('outputs that are distances may fluctuate by more than they differ; a D that is blind is told there, too', async () => {
  const fluctuating = (mean: number) =>
    watch(
      new CollapseGuard(),
      (story, step) => ({
        ...story,
        scalars: { ...story.scalars, 'D.logitReal': mean + (step % 2 === 0 ? 16 : -16), 'D.logitFake': 0 },
      }),
      1,
      600,
      0,
      { outputs: 'distances' },
    );
  expect(await fluctuating(5)).toEqual([]);
  expect((await fluctuating(1)).map(({ step }) => step)).toEqual([200]);
});
