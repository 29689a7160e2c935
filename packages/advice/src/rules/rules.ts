import { augmentation } from './augmentation.js';
import { averaging } from './averaging.js';
import { batch } from './batch.js';
import { channels } from './channels.js';
import { checkpoints } from './checkpoints.js';
import { flip } from './flip.js';
import { heldOut } from './held-out.js';
import { penalty } from './penalty.js';
import { precision } from './precision.js';
import { steps } from './steps.js';
import { watching } from './watching.js';
import { width } from './width.js';
import type { Choice, Situation } from './choice.js';

/** Every choice below preset, data and resolution, in the order of the file. */
export function applyRules(situation: Omit<Situation, 'steps'>): readonly Choice[] {
  const whole: Situation = { ...situation, steps: situation.base.steps };
  const ofSteps = steps(whole);
  const settled = { ...whole, steps: ofSteps[0]!.value as number };
  const before = [channels, flip, heldOut, width, augmentation, penalty, batch];
  const after = [averaging, checkpoints, watching, precision];
  return [...before.flatMap((rule) => rule(settled)), ...ofSteps, ...after.flatMap((rule) => rule(settled))];
}
