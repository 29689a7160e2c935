/** Where a number that goes into a plan comes from: this machine, whoever asks for the plan, or the config and its networks. */
export type Source = 'measured' | 'given' | 'computed';

/** A number, and where it comes from. */
export interface Known<T = number> {
  readonly value: T;
  readonly source: Source;
}

export const measured = <T>(value: T): Known<T> => ({ value, source: 'measured' });
export const given = <T>(value: T): Known<T> => ({ value, source: 'given' });
export const computed = <T>(value: T): Known<T> => ({ value, source: 'computed' });
