import { pictureOf, type PlaygroundState } from './picture.js';
import type { SamplerInfo } from './sampler.js';

const quoted = (text: string): string =>
  /^[\w./:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** A name as a list of classes has it. */
const entry = (name: string): string =>
  /^\s|[,"]|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;

/** The command that makes the same picture; null where the CLI has none: for the statistics of a truncation. */
export function commandOf(info: SamplerInfo, state: PlaygroundState): string | null {
  if (state.ofTruncation) return null;
  const picture = pictureOf(info, state);
  const { first, second, share, truncation, seed } = picture;
  const { weights, averageRun, run, step } = info;
  const words = [
    picture.kind === 'grid' ? 'ganymede sample' : 'ganymede interpolate',
    quoted(averageRun ?? run),
    ...(share > 0
      ? ['--mix', quoted(`${entry(first)},${entry(second)}:${share}`)]
      : ['--classes', quoted(entry(first))]),
    ...(picture.kind === 'grid' ? ['--count', picture.count] : []),
    '--seed',
    seed,
    ...(picture.kind === 'walk' ? ['--to-seed', picture.toSeed, '--vary', 'latent'] : []),
    ...(picture.kind === 'direction'
      ? ['--direction', quoted(picture.direction), '--extent', picture.extent, '--paths', picture.images]
      : []),
    ...(picture.kind === 'grid' ? [] : ['--steps', picture.steps]),
    ...(truncation
      ? ['--truncation', truncation.threshold, '--truncation-convention', truncation.convention]
      : []),
    ...(weights.kind === 'trained' ? ['--no-ema'] : []),
    '--checkpoint',
    step,
  ];
  const rebuilt =
    weights.kind === 'average'
      ? `ganymede ema ${quoted(run)} --sigma-rel ${weights.sigmaRel} --step ${step} && `
      : '';
  return rebuilt + words.join(' ');
}
