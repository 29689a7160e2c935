import type { LaunchedWorkers } from './launch.js';

/** Flags of a command that are for the launcher, or that each process is given anew; the value follows where there is one. */
const launchersFlags: Readonly<Record<string, 'alone' | 'with value'>> = {
  '--workers': 'with value',
  '--rank': 'with value',
  '--generation': 'with value',
  '--between': 'with value',
  '--restarts': 'with value',
  '--reach': 'with value',
  '--run': 'with value',
  '--serve': 'alone',
  '--json': 'alone',
};

/** A command's words without those that the launcher keeps to itself. */
export function workerArguments(argv: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    const takes = launchersFlags[word.split('=', 1)[0]!];
    if (takes === undefined) kept.push(word);
    else if (takes === 'with value' && !word.includes('=')) i++;
  }
  return kept;
}

/** The words that make a command that of one process among several, whose messages its launcher reads. */
export const wordsOfWorker = ({ addresses, rank, generation }: LaunchedWorkers): readonly string[] => [
  ...['--workers', addresses.join(','), '--rank', String(rank), '--generation', String(generation)],
  '--json',
];
