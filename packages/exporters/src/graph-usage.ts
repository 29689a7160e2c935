import type { ComponentChoice } from '@ganymede/core';
import type { CardSubject } from './model-card.js';

/** A generator as one graph, as far as its callers have to know it. */
export interface GraphInputs {
  readonly subject: CardSubject;
  readonly latentSize: number;
  readonly prior: ComponentChoice;
  readonly takesClasses: boolean;
}

/** How a kind of model is used in Python. */
export interface GraphUse {
  /** Its name in its folder. */
  readonly model: string;
  /** Type of the classes. */
  readonly integers: 'int32' | 'int64';
  /** Sizes of an image, in the model's order. */
  readonly images: readonly number[];
  /**
   * Lines that make `images`.
   * @param y - null where it takes no classes
   */
  readonly code: (z: string, y: string | null) => readonly string[];
}

/** The part of a card that says what a model takes and gives. */
export function graphUsage(
  { subject: { truncation }, latentSize, prior, takesClasses }: GraphInputs,
  { model, integers, images, code }: GraphUse,
): string {
  const ofPrior = `of the prior ${JSON.stringify(prior)}`;
  const drawn = truncation
    ? `${ofPrior}, truncated by ${truncation.convention} at ${truncation.threshold}`
    : ofPrior;
  const isPlain = truncation === null && JSON.stringify(prior) === '{"use":"normal"}';
  const z = isPlain
    ? `np.random.standard_normal((4, ${latentSize})).astype('float32')`
    : `draw_latents((4, ${latentSize}))  # yours: ${drawn}`;
  return [
    `\`${model}\` takes latents z, float32 [batch, ${latentSize}], ${drawn}${takesClasses ? `; and y, ${integers} [batch], the numbers of classes` : ''}.`,
    `It gives images, float32 [batch, ${images.join(', ')}], meant to lie in [-1, 1]. In Python:`,
    '',
    '```python',
    ...code(z, takesClasses ? `np.zeros(4, '${integers}')` : null),
    "pixels = ((images.clip(-1, 1) + 1) * 127.5).round().astype('uint8')",
    '```',
  ].join('\n');
}
