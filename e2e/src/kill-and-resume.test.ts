import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@ganymede/core';
import { availableBackends } from './backends.js';
import { checkpointContent } from './checkpoint-content.js';
import { doneEvent, parseEvents } from './run-events.js';
import type { ProgramResult } from './run-program.js';
import { appFolder, ganymede } from './workplace.js';

/**
 * One run of the tiny recipe; a fixed number of threads sums in a fixed order. XLA takes as many as there are processors, and
 * its two devices each a half of every batch.
 */
function recipe(run: string, backend: string, steps: number): string[] {
  const threads = backend === 'pjrt' ? ['--devices', '2'] : ['--threads', '2'];
  const fixed = ['--backend', backend, ...threads, '--set', 'checkpoint.every=1'];
  return ['train', '--config', 'tiny.yaml', '--run', run, '--steps', String(steps), '--json', ...fixed];
}

function expectKilled({ code, signal, stdout, stderr }: ProgramResult): void {
  if (signal !== 'SIGKILL')
    throw new Error(`expected a killed run, got exit code ${code}\n${stdout}\n${stderr}`);
}

async function finish(args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { code, stdout, stderr } = await ganymede(args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return checkpointContent(doneEvent(stdout).checkpoint!);
}

const engines = ['tensorflow', 'pjrt', 'wasm'];
const backends = availableBackends().filter((id) => engines.includes(id));

test('there is a backend to test', () => {
  expect(backends).toContain('wasm');
});

describe.each(backends)('on %s', (backend) => {
  const steps = 6;

  test('2n steps are n steps, kill -9, and n more', async () => {
    const straight = await finish(recipe(`runs/straight-${backend}`, backend, steps));

    const run = `runs/killed-${backend}`;
    const killed = await ganymede(recipe(run, backend, steps), {
      onOutput: (stdout, kill) => {
        if (parseEvents(stdout).some(({ kind, step }) => kind === 'step' && step === steps / 2)) kill();
      },
    });
    expectKilled(killed);

    const resumed = await finish(['resume', run, '--json']);
    expect(resumed).toEqual(straight);
  });
});

test('kill -9 at ten random moments leaves a run that resumes every time', async () => {
  const run = 'runs/killed-often';
  const steps = 40;
  const random = RandomStream.create(7, 'kill-moments');
  rmSync(join(appFolder(), run), { recursive: true, force: true });

  const notes: string[] = [];
  for (let kills = 0; kills < 10; kills++) {
    // From the first sign of life on: every third time before the first step, else around a checkpoint, which every
    // step of this run writes.
    const from = kills % 3 === 2 ? 'phase' : 'checkpoint';
    const delayMs = random.nextInteger(from === 'phase' ? 400 : 120);
    const result = await ganymede([...recipe(run, 'wasm', steps), '--resume'], {
      onOutput: killOnce(from, delayMs),
    });
    expectKilled(result);
    notes.push(...parseEvents(result.stdout).flatMap(({ kind, text }) => (kind === 'note' ? [text!] : [])));
  }
  expect(notes.filter((text) => text.startsWith('resumed at step')).length).toBeGreaterThan(3);

  const killedOften = await finish([...recipe(run, 'wasm', steps), '--resume']);
  expect(killedOften).toEqual(await finish(recipe('runs/never-killed', 'wasm', steps)));
});

/** Kills a program a while after its first event of a kind. */
function killOnce(kind: string, delayMs: number): (stdout: string, kill: () => void) => void {
  const armed = { done: false };
  return (stdout, kill) => {
    if (armed.done || !parseEvents(stdout).some((event) => event.kind === kind)) return;
    armed.done = true;
    setTimeout(kill, delayMs);
  };
}
