// Trainings that a bench starts, as the command line starts them.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The command line's program. */
export const program = fileURLToPath(new URL('../../packages/cli/bin/run.js', import.meta.url));

/**
 * Trains to the end, with an event at every step.
 * @param {readonly string[]} words - of `train`
 * @returns {Promise<{ start: number, ends: number[] }>} - times in ms: when it was typed, and when it told of each step
 */
export function trainSteps(words) {
  const start = performance.now();
  const child = spawn(process.execPath, [program, 'train', '--json', '--set', 'log.every=1', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {number[]} */
  const ends = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (JSON.parse(line).kind === 'step') ends.push(performance.now());
  });
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      if (code === 0) resolve({ start, ends });
      else reject(new Error(`train ${words.join(' ')}: exit code ${code}`));
    }),
  );
}

/**
 * A training that goes on until it is killed, and the dashboard of its folder.
 * @param {{ folder: string, preset: string, sets: readonly string[], detached?: boolean }} options - the run is `run` in the folder
 */
export async function startServed({ folder, preset, sets, detached = false }) {
  const run = join(folder, 'run');
  const training = spawn(
    process.execPath,
    [program, 'train', '--preset', preset, '--run', run, '--json', ...sets.flatMap((one) => ['--set', one])],
    { stdio: ['ignore', 'ignore', 'inherit'], detached },
  );
  const serving = spawn(process.execPath, [program, 'serve', folder, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {string} */
  const address = await new Promise((resolve) =>
    serving.stdout.on('data', (text) => {
      const [found] = /http:\S+/.exec(String(text)) ?? [];
      if (found !== undefined) resolve(found);
    }),
  );
  return { run, training, serving, address };
}

/** Events of a run, without lines that are half written. @param {string} run @returns {any[]} */
export function eventsOf(run) {
  const file = join(run, 'events.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}
