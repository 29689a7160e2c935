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
