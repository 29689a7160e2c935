import { readFileSync, readdirSync } from 'node:fs';
import { doneEvent, parseEvents, type RunEvent } from './run-events.js';
import { ganymede } from './workplace.js';

/** Gentle rates, so that rounding stays rounding. */
const recipeOn =
  (...backend: readonly string[]) =>
  (run: string, steps: number, ...more: readonly string[]): string[] => [
    ...['train', '--config', 'tiny.yaml', '--run', run, '--steps', String(steps), '--json'],
    ...['--backend', ...backend, '--precision', 'float32', '--set', 'log.every=1'],
    ...['--lr-g', '1e-5', '--lr-d', '1e-5', ...more],
  ];

/** One thread sums in a fixed order. */
export const recipe = recipeOn('tensorflow', '--threads', '1');

export const recipeOnPjrt = recipeOn('pjrt');

/** The events of a training that ends well. */
export async function finish(args: readonly string[]): Promise<readonly RunEvent[]> {
  const { code, stdout, stderr } = await ganymede(args);
  expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({ code: 0, stderr: '' });
  return parseEvents(stdout);
}

export const lossesOf = (events: readonly RunEvent[]): readonly Readonly<Record<string, number>>[] =>
  events.flatMap(({ kind, losses }) => (kind === 'step' && losses ? [losses] : []));

/** The process that trains a run as a rank; the launcher where that is null. */
export function processOf(run: string, rank: number | null): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let words: string[];
    try {
      words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      continue; // it has ended meanwhile
    }
    if (!words.some((word) => word.endsWith(run))) continue;
    const found = words.includes('--rank') ? Number(words[words.indexOf('--rank') + 1]) : null;
    if (found === rank) return Number(pid);
  }
  throw new Error(`${run}: expected a process of rank ${rank ?? 'none'}, got no such process`);
}

/** Trains with two processes, the other one killed when a step has been told, and expects all to go on to the end. @returns its checkpoint */
export async function finishKilled(run: string, at: number, args: readonly string[]): Promise<string> {
  let isKilled = false;
  const { code, stdout } = await ganymede(args, {
    onOutput: (text) => {
      if (isKilled || !parseEvents(text).some(({ kind, step }) => kind === 'step' && step === at)) return;
      isKilled = true;
      process.kill(processOf(run, 1), 'SIGKILL');
    },
  });
  expect({ isKilled, code }).toEqual({ isKilled: true, code: 0 });
  expect(stdout).toMatch(/rank 1 of 2, whose last step was \d, ended by SIGKILL: all start again/);
  return doneEvent(stdout).checkpoint!;
}
