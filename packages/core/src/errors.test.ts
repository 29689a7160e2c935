import { GanymedeError, isGanymedeError } from './errors.js';

describe('GanymedeError', () => {
  test('carries code, message, hint and cause', () => {
    const cause = new Error('below');
    const error = new GanymedeError('BAD_SEED', 'seed: expected 1, got 2', {
      kind: 'usage',
      hint: 'Use 1.',
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'GanymedeError',
      code: 'BAD_SEED',
      message: 'seed: expected 1, got 2',
      hint: 'Use 1.',
    });
    expect(error.cause).toBe(cause);
    expect(error.stack).toContain('errors.test');
  });

  test('hint and cause may be missing', () => {
    const error = new GanymedeError('X', 'y', { kind: 'failed' });
    expect(error.hint).toBeUndefined();
    expect('cause' in error).toBe(false);
  });
});

describe('isGanymedeError', () => {
  test('knows its own, also from another copy of the package', () => {
    expect(isGanymedeError(new GanymedeError('X', 'y', { kind: 'failed' }))).toBe(true);
    const foreign = Object.assign(new Error('y'), { name: 'GanymedeError', code: 'X' });
    expect(isGanymedeError(foreign)).toBe(true);
  });

  test.each([new Error('y'), { name: 'GanymedeError', code: 'X' }, 'GanymedeError', null, undefined])(
    'is not taken in by %p',
    (other) => {
      expect(isGanymedeError(other)).toBe(false);
    },
  );
});
