import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '@ganymede/toolkit';
import { launch, type LaunchOptions } from './launch.js';

jest.setTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), 'ganymede-launch-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

/** A program that is given `<rank> <first|again>`, and says what a training process would. */
function program(body: string): readonly string[] {
  const path = join(root, `program${made++}.cjs`);
  writeFileSync(
    path,
    `const [rank, time] = process.argv.slice(2);
     const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
     const step = (step) => say({ kind: 'step', step, steps: 5, imagesPerSecond: 1, secondsLeft: 1, losses: {} });
     const done = (step = 5, finished = true) => {
       say({ kind: 'done', runFolder: 'run', step, sheet: null, checkpoint: 'c', finished });
       process.exit(0);
     };
     const fail = (code) => {
       say({ error: { code, kind: 'failed', message: 'of ' + rank, hint: null } });
       process.exit(1);
     };
     const live = () => setInterval(() => say({ kind: 'alive', pid: process.pid }), 100);
     ${body}`,
  );
  return [process.execPath, path];
}

function launched(body: string, options: Partial<LaunchOptions> = {}) {
  const events: RunEvent[] = [];
  const starts: boolean[] = [];
  const generations: number[] = [];
  const outcome = launch({
    program: program(body),
    count: 2,
    addresses: null,
    cwd: root,
    reach: 'false',
    restarts: 1,
    argumentsOf: ({ rank, generation }, isAgain) => {
      if (rank === 0) starts.push(isAgain);
      generations.push(generation);
      return [String(rank), isAgain ? 'again' : 'first'];
    },
    reporter: { report: (event) => events.push(event), close: () => undefined },
    clock: { now: () => 0, monotonic: () => performance.now() },
    signal: new AbortController().signal,
    ...options,
  });
  const notes = (): string =>
    events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])).join('\n');
  return { outcome, events, starts, generations, notes };
}

test("the leader's events are shown, and its result is the run's", async () => {
  const { outcome, events } = launched('step(Number(rank) + 1); done();');
  await expect(outcome).resolves.toMatchObject({ kind: 'done', result: { step: 5, finished: true } });
  expect(events).toEqual([expect.objectContaining({ kind: 'step', step: 1 })]);
});

test('where one dies all begin again, and it is said who and where', async () => {
  const { outcome, starts, generations, notes } = launched(`
    step(3);
    if (time === 'again') setTimeout(done, 100);
    else if (rank === '0') live();
    else {
      process.stderr.write('free(): invalid pointer\\n');
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
    }`);
  await expect(outcome).resolves.toMatchObject({ kind: 'done' });
  expect(starts).toEqual([false, true]);
  expect(generations).toEqual([1, 1, 2, 2]);
  expect(notes()).toContain(
    'rank 1 of 2, whose last step was 3, ended by SIGKILL: all start again from the last checkpoint (1 of 1)',
  );
  expect(notes()).toContain('rank 1: free(): invalid pointer');
});

test('the generation of a later launch is greater', async () => {
  const { outcome, generations } = launched('done();', {
    clock: { now: () => 86_400_000, monotonic: () => performance.now() },
  });
  await outcome;
  expect(generations).toEqual([86_400, 86_400]);
});

test('no more often than it may', async () => {
  const { outcome, starts } = launched("step(1); if (rank === '1') process.exit(7); live();");
  await expect(outcome).rejects.toMatchObject({
    code: 'WORKERS_LOST',
    message: expect.stringContaining(
      'rank 1 of 2, whose last step was 1, ended by itself with code 7, after 2 starts',
    ),
  });
  expect(starts).toEqual([false, true]);
});

test('one that ends without a word at the first start is the end, with its last lines', async () => {
  const { outcome, starts } = launched(
    "if (rank === '0') live(); else { process.stderr.write('Connection refused\\n'); process.exit(255); }",
  );
  await expect(outcome).rejects.toMatchObject({
    code: 'WORKERS_NOT_STARTED',
    message: expect.stringMatching(
      /got none of rank 1 at 127\.0\.0\.1:\d+: ended with code 255: Connection refused$/,
    ),
  });
  expect(starts).toEqual([false]);
});

test('one that ends without a word later is waited for before the next start', async () => {
  const { outcome, generations } = launched(
    `if (time === 'first') { step(1); if (rank === '1') process.exit(7); live(); }
     else if (rank === '0') live();
     else process.exit(255);`,
    {
      restarts: 2,
      pauseMilliseconds: 4000,
      clock: { now: () => Math.floor(performance.now()) * 1000, monotonic: () => performance.now() },
    },
  );
  await expect(outcome).rejects.toMatchObject({ code: 'WORKERS_LOST' });
  const [, , second = 0, , third = 0] = generations;
  expect(third - second).toBeGreaterThan(4000);
});

test('an error that would come again is the end; what others say of it is not', async () => {
  const { outcome, starts } = launched("fail(rank === '1' ? 'DISK_FULL' : 'LEADER_FAILED');");
  await expect(outcome).resolves.toMatchObject({ kind: 'failed', rank: 1, failure: { code: 'DISK_FULL' } });
  expect(starts).toEqual([false]);
});

test('a leader that saves its last step has the time for it', async () => {
  const { outcome, starts } = launched(`
    step(3);
    if (rank === '1') fail('LEADER_FAILED');
    else {
      live();
      setTimeout(() => fail('COMPONENT_FAILED'), 5000);
    }`);
  await expect(outcome).resolves.toMatchObject({
    kind: 'failed',
    rank: 0,
    failure: { code: 'COMPONENT_FAILED' },
  });
  expect(starts).toEqual([false]);
});

test('a leader that is silent has not', async () => {
  let hours = 0;
  const { outcome } = launched(
    "step(3); if (rank === '1') fail('LEADER_FAILED'); setInterval(() => {}, 100);",
    {
      restarts: 0,
      clock: { now: () => 0, monotonic: () => performance.now() + (hours += 1) * 1000 },
    },
  );
  await expect(outcome).rejects.toMatchObject({ code: 'WORKERS_LOST' });
});

test('where all wait for one another it is said that all live', async () => {
  const { outcome } = launched("step(4); fail('WORKER_STALLED');", { restarts: 0 });
  await expect(outcome).rejects.toMatchObject({
    code: 'WORKERS_LOST',
    message: expect.stringContaining('no step after step 4 of 2 processes'),
  });
});

test('who was stuck in its own work is named, and all begin again', async () => {
  const { outcome, notes } = launched(
    "step(4); if (time === 'again') done(); else fail(rank === '1' ? 'WORKER_STUCK' : 'WORKER_STALLED');",
  );
  await expect(outcome).resolves.toMatchObject({ kind: 'done' });
  expect(notes()).toContain('rank 1 of 2, whose last step was 4, was stuck in its own work: all start again');
});

test('all are asked to stop, and what they did is the result', async () => {
  const stop = new AbortController();
  const { outcome } = launched(
    "step(1); live(); process.stdin.on('data', (text) => { if (String(text) === 'stop\\n') done(2, false); });",
    { signal: stop.signal, onFirstStep: () => stop.abort() },
  );
  await expect(outcome).resolves.toMatchObject({ kind: 'done', result: { step: 2, finished: false } });
});

test('what cannot be started is told', async () => {
  const { outcome } = launched('', { program: [join(root, 'no such program')] });
  await expect(outcome).rejects.toMatchObject({
    code: 'WORKERS_NOT_STARTED',
    message: expect.stringContaining('ENOENT'),
  });
});
