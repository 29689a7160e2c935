import { availableBackends } from './backends.js';
import { checkpointContent } from './checkpoint-content.js';
import { finish, finishKilled, lossesOf, recipeOnPjrt } from './worker-runs.js';
import { ganymede } from './workplace.js';

jest.setTimeout(300_000);

const backends = availableBackends();
const describeWhere = ['pjrt', 'tensorflow'].every((id) => backends.includes(id)) ? describe : describe.skip;

describeWhere('several processes with a device of PJRT each', () => {
  const disturbed = 'runs/pjrt-disturbed';

  test('two train as one with the whole batch, and end as if nothing had been where one is killed', async () => {
    const one = await finish(recipeOnPjrt('runs/pjrt-one', 4));
    const options = ['--workers', '2', '--set', 'checkpoint.every=2'];
    const two = await finish(recipeOnPjrt('runs/pjrt-two', 4, ...options));
    const differences = lossesOf(one).flatMap((losses, step) =>
      Object.entries(losses).map(
        ([name, value]) => Math.abs(value - lossesOf(two)[step]![name]!) / Math.max(1, Math.abs(value)),
      ),
    );
    expect(differences.length).toBeGreaterThan(4);
    expect(Math.max(...differences)).toBeLessThan(1e-4);

    const reached = await finishKilled(disturbed, 3, recipeOnPjrt(disturbed, 4, ...options));
    const last = two.at(-1)!.checkpoint!;
    expect(checkpointContent(reached)).toEqual(checkpointContent(last));
  });

  test('several devices each are refused', async () => {
    const { code, stdout } = await ganymede(
      recipeOnPjrt('runs/pjrt-both', 2, '--workers', '2', '--devices', '2'),
    );
    expect(code).not.toBe(0);
    expect(stdout).toContain('DEVICES_AND_WORKERS');
  });
});
