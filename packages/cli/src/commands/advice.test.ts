import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { ownFolder } from '../testing/own-folder.js';
import { runHere } from '../testing/run-here.js';

jest.setTimeout(600_000);

ownFolder('advice');

const data = '{ use: shapes, count: 60, shapes: [circle, star] }';

test('recommend prints what it found and the config that it writes, and writes over nothing', async () => {
  const made = await runHere('recommend', data, '--no-measure', '--backend', 'wasm');
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^images {8}60 in 2 classes, 30 each$/m);
  expect(made.stdout).toMatch(/^warning {7}60 images: /m);
  expect(made.stdout).toContain(readFileSync('recommended.yaml', 'utf8').trimEnd());
  expect(made.stdout).toMatch(
    /^ {2}ganymede train --config recommended\.yaml --init <run> --freeze-discriminator 2/m,
  );
  const again = await runHere('recommend', data, '--no-measure');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('error CONFIG_EXISTS: ')]);
});

test('recommend --json has facts, choices with their reasons, and the text', async () => {
  const { stdout } = await runHere(
    ...['recommend', data, '--no-measure', '--backend', 'wasm', '--json', '--out', 'other.yaml'],
    ...['--regularizer', 'r1', '--flip'],
  );
  const made = JSON.parse(stdout) as { choices: { path: string }[]; text: string };
  expect(made).toMatchObject({ data: { images: 60 }, plan: null, text: readFileSync('other.yaml', 'utf8') });
  expect(made.choices).toContainEqual(
    expect.objectContaining({ path: 'flip', value: true, basis: 'asked for', reason: expect.any(String) }),
  );
  expect(made.choices).toContainEqual(
    expect.objectContaining({ path: 'regularizers', value: [{ use: 'r1', gamma: 0.0041 }] }),
  );
});

test('what recommend cannot take is told before anything is looked at', async () => {
  const hours = await runHere('recommend', data, '--hours', '0', '--out', 'none.yaml');
  expect([hours.code, hours.stderr]).toEqual([
    2,
    expect.stringContaining('error BAD_ADVICE_OPTION: hours: '),
  ]);
  expect((await runHere('recommend', 'absent', '--out', 'none.yaml')).code).toBe(3);
  const below = await runHere('recommend', data, '--no-measure', '--out', 'recommended.yaml/none.yaml');
  expect(below.stderr).toMatch(/^error CANNOT_WRITE: /);
  expect(existsSync('none.yaml')).toBe(false);
});

const small = [
  ...['--data', data, '--backend', 'wasm', '--batch-size', '4', '--ch', '2', '--preset', 'quickstart-wasm'],
  ...['--trial-steps', '4', '--out', 'probe'],
];

test('probe-gamma without a penalty with gamma offers to add one', async () => {
  const none = await runHere('probe-gamma', ...small);
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringMatching(/^error NO_GAMMA: regularizers: .*got none\n.*--regularizer r1/),
  ]);
  const one = await runHere('probe-gamma', ...small, '--regularizer', 'r1', '--gammas', '1');
  expect([one.code, one.stderr]).toEqual([2, expect.stringContaining('BAD_ADVICE_OPTION: gammas: ')]);
});

test('probe-gamma tries each gamma, says which hold and keeps how it was chosen', async () => {
  const probe = [...small, '--regularizer', 'r1', '--gammas', '0.01,1e30'];
  const made = await runHere('probe-gamma', ...probe);
  expect(made.stderr).toContain('[1/2] gamma=0.01: training\n');
  expect(made.stdout).toMatch(/^gamma {2,}holds {2}steps {2}overfit/m);
  expect(made.stdout).toMatch(/^0\.01 +yes +4 /m);
  expect(made.stdout).toMatch(/^1e\+30 +no /m);
  expect(made.stdout).toMatch(/^best: 0\.01, /m);
  expect(made.code).toBe(0);
  const kept = JSON.parse(readFileSync('probe/gamma.json', 'utf8')) as Record<string, unknown>;
  expect(kept).toMatchObject({
    best: 0.01,
    steps: 4,
    heldOut: 3,
    regularizers: [{ use: 'r1', gamma: 0.01 }],
  });
  const again = await runHere('probe-gamma', ...probe, '--json');
  expect(JSON.parse(again.stdout)).toEqual(kept);
});

test('probe-gamma that a signal stops keeps its trial, chooses nothing, and goes on', async () => {
  const probe = [...small.slice(0, -4), '--trial-steps', '12', '--out', 'stopped'];
  const argv = ['probe-gamma', ...probe, '--regularizer', 'r1', '--gammas', '0.01,0.1'];
  // The command listens from the first step on: what listens is called as the system would.
  const interrupt = (name: string | symbol, listener: () => void): void => {
    if (name === 'SIGINT') setImmediate(listener);
  };
  process.on('newListener', interrupt);
  const stopped = await runHere(...argv).finally(() => process.off('newListener', interrupt));
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain('SIGINT: ending after this step, with a checkpoint');
  expect(stopped.stdout).toMatch(/^best: not chosen: not all trials were made; the same command goes on$/m);
  const read = () =>
    JSON.parse(readFileSync('stopped/gamma.json', 'utf8')) as {
      finished: boolean;
      best: number | null;
      trials: { isMade: boolean; steps: number }[];
    };
  const { finished, best, trials } = read();
  expect([finished, best, trials.map(({ isMade }) => isMade)]).toEqual([false, null, [false, false]]);
  const reached = trials[0]!.steps;
  expect(reached).toBeGreaterThan(0);
  expect(reached).toBeLessThan(12);
  const checkpoint = `stopped/runs/gamma-0.01-seed-0/checkpoints/${String(reached).padStart(8, '0')}`;
  expect(existsSync(`${checkpoint}/manifest.json`)).toBe(true);

  const again = await runHere(...argv);
  expect(again.stderr).toContain('[1/2] gamma=0.01: training on\n');
  expect(again.code).toBe(0);
  expect(read()).toMatchObject({ finished: true, best: 0.01, trials: [{ steps: 12 }, { steps: 12 }] });

  // A log that cannot be read is no trial without evidence.
  const log = 'stopped/runs/gamma-0.01-seed-0/events.jsonl';
  rmSync(log);
  mkdirSync(log);
  const unreadable = await runHere(...argv);
  expect([unreadable.code, unreadable.stdout]).toEqual([5, '']);
  expect(unreadable.stderr).toMatch(/^error CANNOT_READ: /m);
});
