import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvents } from './run-events.js';
import { appFolder, ganymede, ganymedeProgram } from './workplace.js';

/** Seconds that a stop may take; docs/cli.md promises them of a machine that is not overloaded. */
const atOnceSeconds = 2;
const orderlySeconds = 20;

interface Stopped {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the last signal on. */
  readonly seconds: number;
  readonly stdout: string;
}

/** When to send a signal: so long after the start, or after the first output that `when` takes. */
interface Stop {
  readonly name: NodeJS.Signals;
  readonly when?: (stdout: string) => boolean;
  readonly milliseconds?: number;
  /** A second one so long after the program has said that it ends. */
  readonly againMilliseconds?: number;
}

function stopped(
  args: readonly string[],
  { name, when, milliseconds = 0, againMilliseconds }: Stop,
): Promise<Stopped> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [ganymedeProgram(), ...args], {
      cwd: appFolder(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let sent = 0;
    const send = (): void => {
      sent = performance.now();
      child.kill(name);
    };
    let isArmed = false;
    let again: NodeJS.Timeout | null = null;
    const arm = (): void => {
      if (isArmed) return;
      isArmed = true;
      setTimeout(send, milliseconds);
    };
    const hung = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`ganymede ${args.join(' ')}: expected it to end on ${name}, got one that goes on`));
    }, 300_000);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (when?.(stdout)) arm();
      if (againMilliseconds !== undefined && again === null && said('note', `${name}: ending`)(stdout))
        again = setTimeout(send, againMilliseconds);
    });
    if (!when) arm();
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(hung);
      resolve({ code, signal, seconds: (performance.now() - sent) / 1000, stdout });
    });
  });
}

const said =
  (kind: string, text = '') =>
  (stdout: string): boolean =>
    parseEvents(stdout).some((event) => event.kind === kind && JSON.stringify(event).includes(text));

const training = (run: string, ...more: string[]): string[] => {
  rmSync(join(appFolder(), run), { recursive: true, force: true });
  const engine = ['--backend', 'wasm', '--steps', '100000', '--json'];
  return ['train', '--config', 'tiny.yaml', '--run', run, ...engine, ...more];
};

function expectAtOnce({ code, signal, seconds }: Stopped, name: NodeJS.Signals): void {
  expect({ code, signal }).toEqual({ code: null, signal: name });
  expect(seconds).toBeLessThan(atOnceSeconds);
}

describe('while nothing can be saved a signal ends the process at once', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s at the start', async (name) => {
    expectAtOnce(await stopped(training('runs/stopped'), { name, milliseconds: 150 }), name);
  });

  test.each([
    ['opening data', 'opening'],
    ['compiling the first step', 'compiling'],
  ])('SIGTERM while %s', async (_, text) => {
    const ended = await stopped(training('runs/stopped'), { name: 'SIGTERM', when: said('phase', text) });
    // A step may have ended meanwhile: then there is a checkpoint.
    if (ended.code === 143) expect(ended.seconds).toBeLessThan(orderlySeconds);
    else expectAtOnce(ended, 'SIGTERM');
  });

  test('SIGTERM while a plugin opens a file that never opens; as a config it is refused', async () => {
    const pipe = join(appFolder(), 'pipe.yaml');
    const plugin = join(appFolder(), 'stuck.cjs');
    rmSync(pipe, { force: true });
    execFileSync('mkfifo', [pipe]);
    writeFileSync(plugin, "require('node:fs').readFileSync('pipe.yaml');\n");
    const stuck = [...training('runs/stopped'), '--plugin', './stuck.cjs'];
    expectAtOnce(await stopped(stuck, { name: 'SIGTERM', milliseconds: 4000 }), 'SIGTERM');
    const refused = await ganymede(['train', '--config', 'pipe.yaml', '--run', 'runs/stopped']);
    expect(refused.code).toBe(5);
    rmSync(pipe);
    rmSync(plugin);
  });

  test('SIGTERM while a resumed run compiles, and while a run is sampled from, timed and exported', async () => {
    const run = 'runs/to-measure';
    rmSync(join(appFolder(), run), { recursive: true, force: true });
    const made = await ganymede(['train', '--config', 'tiny.yaml', '--run', run, '--backend', 'wasm']);
    expect(made.code).toBe(0);
    const resume = ['resume', run, '--steps', '100000', '--json'];
    expectAtOnce(await stopped(resume, { name: 'SIGTERM', when: said('note', 'resumed') }), 'SIGTERM');
    const sample = ['sample', run, '--count', '200000', '--out', 'many.npz', '--backend', 'wasm'];
    expectAtOnce(await stopped(sample, { name: 'SIGTERM', milliseconds: 5000 }), 'SIGTERM');
    const bench = ['bench', '--config', 'tiny.yaml', '--repeat', '1000000', '--backend', 'wasm'];
    expectAtOnce(await stopped(bench, { name: 'SIGTERM', milliseconds: 5000 }), 'SIGTERM');
    const write = ['export', run, '--to', 'safetensors', '--out', 'exported'];
    expectAtOnce(await stopped(write, { name: 'SIGTERM', milliseconds: 200 }), 'SIGTERM');
  });
});

describe('a run that has made steps', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends on %s with a checkpoint', async (name) => {
    const run = 'runs/stopped';
    const ended = await stopped(training(run), { name, when: said('step') });
    expect({ code: ended.code, signal: ended.signal }).toEqual({
      code: { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[name],
      signal: null,
    });
    expect(ended.seconds).toBeLessThan(orderlySeconds);
    const done = parseEvents(ended.stdout).at(-1)!;
    expect(done).toMatchObject({ kind: 'done', finished: false });
    expect(existsSync(join(done.checkpoint!, 'manifest.json'))).toBe(true);
    const resumed = await ganymede(['resume', run, '--steps', String(done.step! + 1), '--json']);
    expect(resumed.code).toBe(0);
  });

  test('ends with a whole checkpoint when the signal comes while one is written', async () => {
    const everyStep = training('runs/stopped', '--set', 'checkpoint.every=1');
    const ended = await stopped(everyStep, { name: 'SIGTERM', when: said('checkpoint') });
    expect(ended.code).toBe(143);
    expect(ended.seconds).toBeLessThan(orderlySeconds);
    const resumed = await ganymede(['resume', 'runs/stopped', '--steps', '1', '--json']);
    expect(resumed.stdout).not.toContain('passed over');
  });

  test('ends at once on the second, also where the first is not done', async () => {
    // The sheet that the run ends with takes its time: thousands of images.
    const sheet = ['--set', 'sample.every=100000', '--set', 'sample.perClass=2000'];
    const slow = training('runs/stopped', ...sheet);
    const stop = { name: 'SIGTERM', when: said('step'), againMilliseconds: 1000 } as const;
    const { code, signal, seconds } = await stopped(slow, stop);
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' });
    expect(seconds).toBeLessThan(orderlySeconds);
  });
});
