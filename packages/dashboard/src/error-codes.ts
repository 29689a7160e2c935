/** What the error codes of this package mean and what to do; docs/errors.md is made from it. */
export const errorCodes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>> = {
  DASHBOARD_NOT_BUILT: {
    meaning: 'The built dashboard is not there',
    remedy: 'Type npm run build in a clone',
  },
  PLAYGROUND_BUSY: {
    meaning: 'Many pages wait for pictures of one server',
    remedy: 'Close some, or try again in a while',
  },
  PLAYGROUND_ENDED: {
    meaning: 'The process that makes pictures for a page ended before it answered',
    remedy: 'Ask again; where it runs out of memory, ask for fewer images',
  },
  PLAYGROUND_SUPERSEDED: {
    meaning: 'A page asked for another picture before this one was begun',
    remedy: 'Nothing: the newer one comes',
  },
  PLAYGROUND_TOO_SLOW: {
    meaning: 'A picture took too long, for other work of the machine goes first',
    remedy: 'Ask for fewer images, or wait until that is done',
  },
  PLAYGROUND_UNAVAILABLE: {
    meaning: 'A program serves runs without what makes pictures of them',
    remedy: 'Use `ganymede serve`, or hand `serve` a program for it',
  },
  RUN_NOT_RUNNING: {
    meaning: 'A run was to be stopped that no process of this machine trains',
    remedy: 'Stop it on the machine that trains it',
  },
};
