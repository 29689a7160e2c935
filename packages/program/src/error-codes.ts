/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  BAD_PROJECT: {
    meaning: '`ganymede.commands` in the package.json of the project is no list of names',
    remedy: 'Name packages there, or take it out',
  },
  COMMAND_FAILED: {
    meaning: "A command of a project's package threw",
    remedy: 'Mend the package; the message names the command, and file and line where they are known',
  },
  DUPLICATE_COMMAND: {
    meaning: 'Two packages have a command of one name',
    remedy: 'Give one another name',
  },
  UNKNOWN_COMMAND: { meaning: 'There is no such command', remedy: 'See `ganymede --help`' },
  UNKNOWN_FLAG: { meaning: 'The command has no such flag', remedy: 'See `--help` of the command' },
};
