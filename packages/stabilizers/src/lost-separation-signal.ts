import { shown, type GuardSignal, type GuardView } from './guard-signal.js';

/** Looks that are kept, and fewer than which are no ground to judge from. */
const kept = 10;
const warmUp = 5;
/** Of the median of those looks. */
const share = 0.2;

/**
 * D's outputs on the same real images and G's samples from the same latents, which `probe` compares, suddenly lie together:
 * the difference falls to a fifth of what it was lately. It says the same as a blind D in training, much sooner, since
 * nothing but the networks changes from look to look.
 */
export class LostSeparationSignal implements GuardSignal {
  private gaps: number[] = [];

  look({ probe }: GuardView): string | null {
    if (!probe || !Number.isFinite(probe.logitReal - probe.logitFake)) return null;
    const gap = probe.logitReal - probe.logitFake;
    const before = this.gaps;
    this.gaps = [...before, gap].slice(-kept);
    if (before.length < warmUp) return null;
    const usual = [...before].sort((a, b) => a - b)[Math.floor(before.length / 2)]!;
    // A D that did not tell them apart before has nothing to lose.
    if (usual <= 0 || gap >= share * usual) return null;
    return `D's outputs on real and generated images differ by ${shown(gap)} where they lately differed by ${shown(usual)}`;
  }

  get state(): unknown {
    return [...this.gaps];
  }

  restore(state: unknown): void {
    this.gaps = [...(state as number[])];
  }
}
