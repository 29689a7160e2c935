import {
  disposeNetwork,
  RandomStream,
  type RunView,
  type Stabilizer,
  type StabilizerAction,
} from '@ganymede/core';
import type { Subject } from '../subject.js';
import { toyDiscriminatorFactory, toyGeneratorFactory } from '../toy-networks.js';

const kinds = ['continue', 'warn', 'stop', 'rollback'];

/** What the trainer relies on in a stabilizer, shown runs of toy networks with plausible reports. */
export function stabilizerContract(subject: Subject<Stabilizer>): void {
  describe(`${subject.name}: the stabilizer contract`, () => {
    const spec = { imageShape: { height: 4, width: 4, channels: 3 }, classes: 2 };
    const generator = toyGeneratorFactory.create({ ...spec, random: RandomStream.create(1, 'generator') });
    const discriminator = toyDiscriminatorFactory.create({
      ...spec,
      random: RandomStream.create(1, 'discriminator'),
    });

    afterAll(() => [generator, discriminator].forEach(disposeNetwork));

    /** The run at its n-th observation; losses move a little from one to the next. */
    const view = (stabilizer: Stabilizer, n: number): RunView => {
      const random = RandomStream.create(n, 'scalars');
      const names = [
        'D/lossReal',
        'D/lossFake',
        'D/logitReal',
        'D/logitFake',
        'D/gradientNorm',
        'G/loss',
        'G/gradientNorm',
      ];
      const scalars = Object.fromEntries(names.map((name) => [name, 0.5 + 0.1 * random.nextUniform()]));
      return { step: n * stabilizer.interval, generator, discriminator, scalars };
    };
    const observe = async (stabilizer: Stabilizer, from: number, to: number): Promise<StabilizerAction[]> => {
      const actions: StabilizerAction[] = [];
      for (let n = from; n < to; n++) actions.push((await stabilizer.observe(view(stabilizer, n))).action);
      return actions;
    };

    test('says how often it looks', () => {
      const { interval } = subject.create();
      expect(Number.isInteger(interval) && interval >= 1).toBe(true);
    });

    test('answers with an action, and with evidence where it acts', async () => {
      for (const action of await observe(subject.create(), 1, 5)) {
        expect(kinds).toContain(action.kind);
        if (action.kind !== 'continue') expect(action.evidence).not.toBe('');
      }
    });

    test('resumes from its state, through JSON', async () => {
      const stabilizer = subject.create();
      await observe(stabilizer, 1, 4);
      const saved: unknown = JSON.parse(JSON.stringify(stabilizer.state));
      const expected = await observe(stabilizer, 4, 8);

      const resumed = subject.create();
      resumed.restore(saved);
      expect(await observe(resumed, 4, 8)).toEqual(expected);
      expect(JSON.stringify(resumed.state)).toBe(JSON.stringify(stabilizer.state));
    });
  });
}
