import type { GuardSignal, GuardView } from './guard-signal.js';

/** A NaN or an infinity in anything that is read. */
export class NotFiniteSignal implements GuardSignal {
  readonly state = null;

  look({ scalars, spectrum = {}, probe }: GuardView): string | null {
    const values = [
      ...Object.entries(scalars),
      ...Object.entries(probe ?? {}).flatMap(([name, value]) =>
        typeof value === 'number' ? [[`probe ${name}`, value] as const] : [],
      ),
      ...Object.entries(spectrum).flatMap(([network, weights]) =>
        Object.entries(weights).map(([name, [first]]) => [`sigma_0 of ${network} ${name}`, first!] as const),
      ),
    ];
    const found = values.filter(([, value]) => !Number.isFinite(value));
    if (found.length === 0) return null;
    const named = found.slice(0, 3).map(([name, value]) => `${name} is ${value}`);
    return named.join(', ') + (found.length > 3 ? `, and ${found.length - 3} more` : '');
  }

  /** Nothing is kept between steps. */
  restore(): void {}
}
