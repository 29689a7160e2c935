import { GanymedeError } from '@ganymede/core';
import type { Config } from '@oclif/core';

/** oclif's parser errors: each carries what was parsed, some the flags that do not exist. */
interface ParserError extends Error {
  readonly parse?: unknown;
  readonly oclif?: unknown;
  readonly flags?: readonly string[];
}

type Nearest = (name: string, known: Iterable<string>) => string | null;

/** `backend:list` as it is typed. */
const spoken = (id: string): string => id.replaceAll(':', ' ');

/** The words of a command line before its first flag. */
function leadingWords(argv: readonly string[]): readonly string[] {
  const firstFlag = argv.findIndex((word) => word.startsWith('-'));
  return firstFlag < 0 ? argv : argv.slice(0, firstFlag);
}

/** The command that a command line begins with; null if it is none. */
export function commandOf(argv: readonly string[], config: Config): string | null {
  const words = leadingWords(argv);
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (config.commandIDs.includes(id)) return id;
  }
  return null;
}

/**
 * An error for words that make no command, or that follow one that takes none; oclif would join them to the id.
 * Null for a command, for no words at all, and for a topic alone, which shows its help.
 */
export function wrongWords(argv: readonly string[], config: Config, nearest: Nearest): GanymedeError | null {
  const words = leadingWords(argv);
  const id = commandOf(argv, config);
  if (id !== null) {
    const extra = words.slice(id.split(':').length);
    const takesNone = Object.keys(config.findCommand(id)?.args ?? {}).length === 0;
    if (extra.length === 0 || !takesNone) return null;
    const command = `${config.bin} ${spoken(id)}`;
    return new GanymedeError('BAD_ARGUMENTS', `${command}: expected no arguments, got ${extra.join(' ')}`, {
      kind: 'usage',
      hint: `See: ${command} --help`,
    });
  }
  if (words.length === 0 || config.findTopic(words.join(':'))) return null;
  const ids = config.commandIDs;
  const isTopic = config.findTopic(words[0]!) !== undefined;
  const known = isTopic ? ids.filter((one) => one.startsWith(`${words[0]}:`)) : ids;
  const wanted = isTopic ? words.slice(0, 2).join(':') : words[0]!;
  const close = nearest(wanted, known);
  return new GanymedeError(
    'UNKNOWN_COMMAND',
    `${config.bin}: expected a command of ${known.map(spoken).join(', ')}, got ${spoken(wanted)}`,
    {
      kind: 'usage',
      hint: `${close === null ? '' : `Did you mean ${config.bin} ${spoken(close)}? `}See: ${config.bin} --help`,
    },
  );
}

/** What oclif's parser complains of, in the toolkit's form; anything else comes back as it is. */
export function usageError(
  error: unknown,
  argv: readonly string[],
  config: Config,
  nearest: Nearest,
): unknown {
  const { parse, flags, message, oclif } = error as ParserError;
  // Of some of its complaints, as of a flag that is given twice, nothing but oclif's own mark is there.
  if (!(error instanceof Error) || (parse === undefined && oclif === undefined)) return error;
  const id = commandOf(argv, config);
  const command = `${config.bin} ${id === null ? '' : spoken(id)}`.trim();
  const help = `See: ${command} --help`;
  if (flags === undefined) {
    const [text] = message.split('\nSee more help');
    return new GanymedeError('BAD_ARGUMENTS', `${command}: ${text}`, {
      kind: 'usage',
      hint: help,
      cause: error,
    });
  }
  const known = Object.keys((id === null ? undefined : config.findCommand(id))?.flags ?? {});
  const unknown = flags.filter((flag) => flag.startsWith('-'));
  const close = unknown.flatMap((flag) => nearest(flag.replace(/^-+/, ''), known) ?? []);
  return new GanymedeError(
    'UNKNOWN_FLAG',
    `${command}: expected flags that it has, got ${unknown.join(', ')}`,
    {
      kind: 'usage',
      hint: `${close.length === 0 ? '' : `Did you mean ${close.map((name) => `--${name}`).join(', ')}? `}${help}`,
      cause: error,
    },
  );
}
