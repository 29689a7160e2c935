import { GanymedeError } from '@ganymede/core';

export const superseded = (): GanymedeError =>
  new GanymedeError(
    'PLAYGROUND_SUPERSEDED',
    'picture: expected to be the newest request of its page, got another',
    {
      kind: 'failed',
    },
  );

export const busy = (waiting: number): GanymedeError =>
  new GanymedeError(
    'PLAYGROUND_BUSY',
    `playground: expected few pages that wait for a picture, got ${waiting}`,
    {
      kind: 'failed',
      hint: 'Close some of them, or try again in a while.',
    },
  );

/** @param lines - the last that it printed */
export const ended = (how: string, lines: readonly string[]): GanymedeError =>
  new GanymedeError(
    'PLAYGROUND_ENDED',
    `the process that makes pictures: expected an answer, got its end by ${how}${lines.length > 0 ? `: ${lines.join(' ')}` : ''}`,
    {
      kind: 'failed',
      hint: 'The next picture starts another. It may have run out of memory: look at fewer images at a time.',
    },
  );

export const tooSlow = (seconds: number): GanymedeError =>
  new GanymedeError('PLAYGROUND_TOO_SLOW', `picture: expected one within ${seconds} s, got none`, {
    kind: 'failed',
    hint: 'The machine has other work, which goes first. Ask for fewer images.',
  });

export const unavailable = (): GanymedeError =>
  new GanymedeError(
    'PLAYGROUND_UNAVAILABLE',
    'playground: expected a server that was given a program for it, got none',
    {
      kind: 'missing',
      hint: '`ganymede serve` has one, and so has `ganymede train --serve`.',
    },
  );

export const badRequest = (got: string): GanymedeError =>
  new GanymedeError('BAD_REQUEST', `request: expected what the playground asks, got ${got}`, {
    kind: 'usage',
  });
