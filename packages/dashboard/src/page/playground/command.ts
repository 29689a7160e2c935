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
  /^[\w./:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A name as a list of classes has it. */
const entry = (name: string): string =>
  /^\s|[,"]|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/**
 * The command that makes the same picture; null where the CLI has none: for a walk along a direction or between
 * seeds, and for statistics of a truncation.
 */
export function commandOf(info: SamplerInfo, state: PlaygroundState): string | null {
  if (state.mode !== 'grid' || state.ofTruncation) return null;
  const { first, second, share, truncated, convention, threshold, seed, side } = state;
  return [
    'ganymede sample',
    quoted(info.run),
    ...(share > 0
      ? ['--mix', quoted(`${entry(first)},${entry(second)}:${share}`)]
      : ['--classes', quoted(entry(first))]),
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
