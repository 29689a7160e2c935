import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { availableBackends } from './backends.js';
import { checkpointContent } from './checkpoint-content.js';
import { doneEvent, parseEvents } from './run-events.js';
import { finish, finishKilled, lossesOf, processOf, recipe } from './worker-runs.js';
import { appFolder, ganymede } from './workplace.js';

jest.setTimeout(300_000);

const describeWhere = availableBackends().includes('tensorflow') ? describe : describe.skip;

describeWhere('several processes', () => {
  test('two train as one with the whole batch: fifty steps have the same losses to 1e-4', async () => {
    const one = lossesOf(await finish(recipe('runs/one-process', 50)));
    const two = lossesOf(await finish(recipe('runs/two-processes', 50, '--workers', '2')));
    expect([one.length, two.length]).toEqual([50, 50]);
    const differences = one.flatMap((losses, step) =>
      Object.entries(losses)
        .filter(([name]) => !name.endsWith('gradientNorm'))
        .map(([name, value]) => Math.abs(value - two[step]![name]!) / Math.max(1, Math.abs(value))),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test('where one is killed, all go on from the last checkpoint and end as if nothing had been', async () => {
    const options = ['--workers', '2', '--set', 'checkpoint.every=2'];
    const straight = await finish(recipe('runs/undisturbed', 8, ...options));
    const run = 'runs/disturbed';
    const reached = await finishKilled(run, 5, recipe(run, 8, ...options));
    const last = straight.at(-1)!.checkpoint!;
    expect(checkpointContent(reached)).toEqual(checkpointContent(last));
  });

  test('a signal to the launcher ends all after a step, which is said once', async () => {
    let isStopped = false;
    const run = 'runs/stopped-processes';
    const { code, stdout } = await ganymede(recipe(run, 100_000, '--workers', '2'), {
      onOutput: (text) => {
        if (isStopped || !parseEvents(text).some(({ kind }) => kind === 'step')) return;
        isStopped = true;
        process.kill(processOf(run, null), 'SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(stdout.match(/SIG\w+: ending after this step/g)).toEqual(['SIGINT: ending after this step']);
    expect(doneEvent(stdout)).toMatchObject({ kind: 'done', finished: false });
  });

  test('a run of two goes on as a run of one, and with the same batch', async () => {
    const run = 'runs/elastic';
    await finish(recipe(run, 2, '--workers', '2'));
    const events = await finish(['resume', run, '--steps', '4', '--json']);
    expect(events.at(-1)).toMatchObject({ kind: 'done', step: 4 });
  });

  test('those with another config are refused, by name', async () => {
    const addresses = '127.0.0.1:38311,127.0.0.1:38312';
    const each = (rank: string, seed: string) =>
      ganymede(recipe('runs/differing', 2, '--workers', addresses, '--rank', rank, '--seed', seed));
    const [leader, other] = await Promise.all([each('0', '0'), each('1', '5')]);
    expect(leader.stdout).toContain('rank 1 has other config seed');
    expect(other.stdout).toContain('rank 1 has config seed 5, not 0');
    for (const { stdout, code } of [leader, other]) {
      expect(stdout).toContain('WORKERS_DIFFER');
      expect(code).not.toBe(0);
    }
  });

  test.each([
    [['--workers', '3'], 'BATCH_NOT_DIVIDED'],
    [['--workers', 'here:1,here:1'], 'BAD_ARGUMENTS'],
    [['--workers', '2', '--set', 'backend={ use: wasm }'], 'WORKERS_UNSUPPORTED'],
  ])('%j is refused before anything is written', async (flags, code) => {
    const run = 'runs/refused-workers';
    const result = await ganymede([...recipe(run, 2), ...flags]);
    expect(result.stdout).toContain(code);
    expect(result.code).toBe(2);
    expect(readdirSync(join(appFolder(), 'runs'))).not.toContain('refused-workers');
    rmSync(join(appFolder(), run), { recursive: true, force: true });
  });

  test('batch statistics of groups: another run than that of all images together, the same values in all processes', async () => {
    const together = lossesOf(await finish(recipe('runs/all-statistics', 4, '--workers', '2')));
    const flags = ['--workers', '2', '--set', 'checkpoint.every=1', '--set', 'batchNormGroup=1'];
    // Values that differ are found at a checkpoint.
    const apart = lossesOf(await finish(recipe('runs/own-statistics', 4, ...flags)));
    expect(apart).toHaveLength(4);
    expect(apart).not.toEqual(together);
    const refused = await ganymede(
      recipe('runs/odd-groups', 2, '--workers', '2', '--set', 'batchNormGroup=3'),
    );
    expect(refused.stdout).toContain('BATCH_NORM_GROUP');
    expect(refused.code).toBe(2);
  });
});
