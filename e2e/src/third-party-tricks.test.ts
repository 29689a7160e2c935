import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { availableBackends } from './backends.js';
import { checkpointContent } from './checkpoint-content.js';
import { doneEvent, parseEvents } from './run-events.js';
import { expectSuccess } from './run-program.js';
import { appFolder, ganymede } from './workplace.js';

const jestProgram = resolve(__dirname, '../../node_modules/jest/bin/jest.js');
const backend = availableBackends().includes('tensorflow') ? 'tensorflow' : 'wasm';

async function events(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ganymede([...args, '--json']);
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  return stdout;
}

/** What a step reported of objectives, whose numbers have two dots in their names. */
const termsOf = (losses: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(losses).filter(([name]) => name.split('.').length === 3));

describe('training tricks out of packages that only know the published ones', () => {
  test('keep their contracts', async () => {
    const args = [jestProgram, '--rootDir', '.', '--testMatch', '**/tricks.test.js'];
    const { stderr } = await expectSuccess(process.execPath, args, { cwd: appFolder() });
    expect(stderr).toMatch(/^Tests: +\d+ passed, \d+ total$/m);
  }, 120_000);

  test('train, report their terms, and resume to the bit, with their weights and their memory', async () => {
    const run = 'runs/tricks';
    // A fixed number of threads sums in a fixed order.
    const fixed = ['--backend', backend, '--threads', '2', '--run', run];
    const straight = await events(['train', '--config', 'tricks.yaml', ...fixed]);
    const steps = parseEvents(straight).filter(({ kind }) => kind === 'step');
    expect(steps).toHaveLength(4);
    for (const { losses } of steps) {
      const terms = termsOf(losses!);
      expect(Object.keys(terms).sort()).toEqual([
        'D.rotation.turns',
        'G.diversity.distance',
        'G.moving-features.distance',
        'G.rotation.turns',
      ]);
      expect(Object.values(terms).every(Number.isFinite)).toBe(true);
      expect(terms['G.diversity.distance']).toBeLessThan(0);
    }
    // Its weight is 0 at the first step, and then follows the schedule.
    const distances = steps.map(({ losses }) => losses!['G.moving-features.distance']!);
    expect(distances.map((distance) => distance > 0)).toEqual([false, true, true, true]);

    const { checkpoint } = doneEvent(straight);
    const expected = checkpointContent(checkpoint!);
    const objectivesFile = readFileSync(join(checkpoint!, 'objectives.safetensors')).toString('latin1');
    const optimizerFile = readFileSync(join(checkpoint!, 'discriminator-optimizer.safetensors'));
    // What is left is the run as it stood at the checkpoint of its second step.
    rmSync(checkpoint!, { recursive: true });
    const resumed = await events(['resume', run]);
    const redone = parseEvents(resumed).filter(({ kind }) => kind === 'step');
    expect(redone.map(({ step }) => step)).toEqual([3, 4]);
    expect(checkpointContent(doneEvent(resumed).checkpoint!)).toEqual(expected);

    for (const name of ['moving-features.mean', 'moving-features.rest', 'rotation.weight', 'rotation.bias'])
      expect(objectivesFile).toContain(`"${name}"`);
    // The head's moments.
    expect(optimizerFile.toString('latin1')).toContain('rotation.weight');
  }, 180_000);
});
