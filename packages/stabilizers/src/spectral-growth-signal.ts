import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

interface Track {
  readonly steps: number[];
  /** By weight. */
  readonly values: Record<string, number[]>;
}

/** Measurements that are kept: two stretches that are compared. */
const stretch = 5;
const kept = 2 * stretch + 1;
/** Growth between two measurements that is a jump: at least by a third, and so many times what it ever was before. */
const jumpFactor = 4 / 3;
const jumpTimes = 4;
/** Growth in a stretch that is an explosion: at least twofold, and so many times that of the stretch before. */
const explosionFactor = 2;
const explosionTimes = 2;
/** Measurements before the first judgement: weights that leave their first values move fast. */
const warmUp = 4;

/**
 * The largest singular value of a weight that jumps, or grows faster and faster: in G what the paper reads collapse from,
 * in D what follows its overshooting (arXiv:1809.11096, section 4). It is the growth that is judged, against what it was
 * for the same weight before; levels mean little, as they rise slowly in healthy runs too.
 */
export class SpectralGrowthSignal implements GuardSignal {
  private track: Track = { steps: [], values: {} };

  constructor(private readonly network: 'generator' | 'discriminator') {}

  look({ step, spectrum }: GuardView): string | null {
    const weights = spectrum?.[this.network];
    if (!weights) return null;
    this.track.steps.push(step);
    if (this.track.steps.length > kept) this.track.steps.shift();
    const found: { readonly growth: number; readonly text: string }[] = [];
    for (const [name, [first]] of Object.entries(weights)) {
      const values = (this.track.values[name] ??= []);
      values.push(first!);
      if (values.length > kept) values.shift();
      const one = this.jump(name, values) ?? this.explosion(name, values);
      if (one) found.push(one);
    }
    if (found.length === 0) return null;
    const [worst] = found.sort((a, b) => b.growth - a.growth);
    const others = found.length > 1 ? ` (and of ${found.length - 1} more weights)` : '';
    return worst!.text + others;
  }

  private text(name: string, values: readonly number[], back: number, comparison: string): string {
    const { steps } = this.track;
    const from = values.at(-1 - back)!;
    const to = values.at(-1)!;
    return `sigma_0 of ${this.network} ${name} grew ${shown(to / from)}-fold from step ${steps.at(-1 - back)} to ${steps.at(-1)} (${shown(from)} to ${shown(to)}), ${comparison}`;
  }

  private jump(name: string, values: readonly number[]): { growth: number; text: string } | null {
    if (values.length < warmUp) return null;
    const growths = values.slice(1).map((value, i) => Math.log(value / values[i]!));
    const last = growths.at(-1)!;
    const before = Math.max(...growths.slice(0, -1).map(Math.abs));
    if (!(last > Math.log(jumpFactor) && last > jumpTimes * before)) return null;
    return {
      growth: last,
      text: this.text(name, values, 1, `at most ${shown(Math.exp(before))}-fold before`),
    };
  }

  private explosion(name: string, values: readonly number[]): { growth: number; text: string } | null {
    if (values.length < kept) return null;
    const last = Math.log(values.at(-1)! / values.at(-1 - stretch)!);
    const before = Math.log(values.at(-1 - stretch)! / values.at(-1 - 2 * stretch)!);
    if (!(last > Math.log(explosionFactor) && last > explosionTimes * Math.max(0, before))) return null;
    return {
      growth: last,
      text: this.text(name, values, stretch, `${shown(Math.exp(before))}-fold in as many steps before`),
    };
  }

  get state(): unknown {
    return structuredClone(this.track);
  }

  restore(state: unknown): void {
    this.track = structuredClone(state as Track);
  }
}
