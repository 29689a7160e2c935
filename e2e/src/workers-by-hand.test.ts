import { availableBackends } from './backends.js';
import { checkpointContent } from './checkpoint-content.js';
import { doneEvent, parseEvents } from './run-events.js';
import { finish, processOf, recipe } from './worker-runs.js';
import { ganymede } from './workplace.js';

jest.setTimeout(300_000);

const describeWhere = availableBackends().includes('tensorflow') ? describe : describe.skip;

describeWhere('processes that are started by hand, at fixed ports', () => {
  const hand =
    (run: string, addresses: string, rank: number, generation: number, steps: number) =>
    (onStep: (step: number) => void = () => undefined, onStart: () => void = () => undefined) =>
      ganymede(
        recipe(
          run,
          steps,
          ...['--set', 'checkpoint.every=2', '--resume', '--workers', addresses],
          ...['--rank', String(rank), '--generation', String(generation)],
        ),
        {
          onOutput: (text) => {
            onStart();
            const last = parseEvents(text).findLast(({ kind }) => kind === 'step');
            if (last) onStep(last.step!);
          },
        },
      );

  test('one of an older start is refused by name; the new ones train on', async () => {
    const addresses = '127.0.0.1:38331,127.0.0.1:38332';
    const run = 'runs/refused-generation';
    const leader = hand(run, addresses, 0, 8, 2)();
    const old = await hand(run, addresses, 1, 7, 2)();
    expect(old.stdout).toContain('WORKER_OUTDATED');
    expect(old.stdout).toContain('expected rank 1 of generation 8, got it of generation 7');
    const [first, second] = await Promise.all([leader, hand(run, addresses, 1, 8, 2)()]);
    expect([first.code, second.code]).toEqual([0, 0]);
  });

  test('one that was halted and wakes after all began again does no harm', async () => {
    const addresses = '127.0.0.1:38341,127.0.0.1:38342';
    const straight = await finish(
      recipe('runs/never-halted', 8, '--workers', '2', '--set', 'checkpoint.every=2'),
    );
    const run = 'runs/woken';
    let halted = 0;
    const old = [
      hand(
        run,
        addresses,
        0,
        1,
        8,
      )((step) => {
        if (step < 5 || halted > 0) return;
        halted = processOf(run, 1);
        process.kill(halted, 'SIGSTOP');
        process.kill(processOf(run, 0), 'SIGKILL');
      }),
      hand(run, addresses, 1, 1, 8)(),
    ];
    expect((await old[0]!).signal).toBe('SIGKILL');
    let started = 0;
    const none = (): void => undefined;
    const again = [0, 1].map((rank) =>
      hand(
        run,
        addresses,
        rank,
        2,
        8,
      )(none, () => {
        started |= 1 << rank;
      }),
    );
    // Until one waits for its address, and the other for that one.
    while (started !== 3) await new Promise((resolve) => setTimeout(resolve, 100));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    process.kill(halted, 'SIGCONT');
    const woken = await old[1]!;
    expect(woken.code).not.toBe(0);
    const [leader, other] = await Promise.all(again);
    expect([leader!.code, other!.code]).toEqual([0, 0]);
    const last = straight.at(-1)!.checkpoint!;
    expect(checkpointContent(doneEvent(leader!.stdout).checkpoint!)).toEqual(checkpointContent(last));
  });
});
