import type { Convention, SamplerInfo } from './sampler.js';

/** What the controls of a playground say. */
export interface PlaygroundState {
  readonly mode: 'grid' | 'walk' | 'direction';
  readonly first: string;
  readonly second: string;
  /** Share of the second class. */
  readonly share: number;
  readonly truncated: boolean;
  readonly convention: Convention;
  readonly threshold: number;
  readonly ofTruncation: boolean;
  readonly seed: number;
  readonly otherSeed: number;
  readonly side: number;
  readonly direction: number;
  readonly extent: number;
}

const quoted = (text: string): string =>
  /^[\w./:=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The command that makes the same picture; null where the CLI has none, for a walk along a direction or between seeds.
 */
export function commandOf(info: SamplerInfo, state: PlaygroundState): string | null {
  if (state.mode !== 'grid' || state.ofTruncation) return null;
  const { first, second, share, truncated, convention, threshold, seed, side } = state;
  const classes =
    share > 0
      ? ['--mix', quoted(`${first}=${round(1 - share)},${second}=${round(share)}`)]
      : ['--classes', quoted(first.includes(',') ? `"${first}"` : first)];
  return [
    'ganymede sample',
    quoted(info.run),
    ...classes,
    '--count',
    side * side,
    '--seed',
    seed,
    ...(truncated ? ['--truncation', threshold, '--truncation-convention', convention] : []),
    ...(info.weights === 'trained' ? ['--no-ema'] : []),
    '--checkpoint',
    info.step,
  ].join(' ');
}

const round = (share: number): number => Number(share.toFixed(2));
