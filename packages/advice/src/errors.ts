import { GanymedeError } from '@ganymede/core';

export function configExists(path: string): GanymedeError {
  return new GanymedeError('CONFIG_EXISTS', `${path}: expected no file there, got one`, {
    kind: 'usage',
    hint: 'Name another file with --out, or remove this one.',
  });
}

export function badHours(hours: number): GanymedeError {
  return new GanymedeError('BAD_ADVICE_OPTION', `hours: expected a number above 0, got ${hours}`, {
    kind: 'usage',
    hint: 'It is the time that training may take, e.g. 24.',
  });
}

export function noGamma(regularizers: readonly string[]): GanymedeError {
  return new GanymedeError(
    'NO_GAMMA',
    `regularizers: expected a penalty with gamma, such as r1, got ${regularizers.length === 0 ? 'none' : regularizers.join(', ')}`,
    { kind: 'usage', hint: 'Add one for the trials: --regularizer r1, or --regularizer r1+r2.' },
  );
}

export function badGammas(got: string): GanymedeError {
  return new GanymedeError(
    'BAD_ADVICE_OPTION',
    `gammas: expected two or more different numbers above 0, got ${got}`,
    { kind: 'usage', hint: 'For example --gammas 0.01,0.1,1.' },
  );
}

export function badTrialSteps(got: number): GanymedeError {
  return new GanymedeError('BAD_ADVICE_OPTION', `steps: expected a whole number above 0, got ${got}`, {
    kind: 'usage',
    hint: 'A trial has as many generator steps; a few hundred show whether a gamma holds.',
  });
}
