import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type NetworkName,
  type Objective,
  type ObjectiveSpec,
  type ObjectiveStep,
} from '@ganymede/core';
import { z } from 'zod';
import { headCall, linearHead, variablesOf } from './head.js';

export const latentInformationOptions = z.strictObject({
  codes: z.int().positive().default(4).describe('first coordinates of z that images have to tell'),
  weight: z.number().positive().default(0.1).describe("factor on the term, in D's and in G's loss"),
});

/**
 * InfoGAN's bound on mutual information (arXiv:1606.03657, equation 5) for continuous codes: the first coordinates c of z,
 * which a head q over D's features h guesses. With a normal q of variance 1, up to a constant,
 *
 *     D and G: + weight * E 1/2 ||q(h(G(z, y))) - c||^2 / codes
 *
 * so that each of them comes to stand for something that can be seen. The paper draws codes beside z; here they are part of
 * it, and sampling, truncation and interpolation know nothing of them.
 */
export class LatentInformation implements Objective {
  private readonly options: z.output<typeof latentInformationOptions>;

  constructor(options: z.input<typeof latentInformationOptions> = {}) {
    this.options = latentInformationOptions.parse(options);
  }

  /** @throws BAD_OPTION for more codes than z has coordinates */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { codes, weight } = this.options;
    const { latentSize } = spec.generator;
    if (codes > latentSize) {
      throw new GanymedeError(
        'BAD_OPTION',
        `objective latent-information: expected codes of at most ${latentSize}, the size of z, got ${codes}`,
        { kind: 'usage' },
      );
    }
    const head = linearHead(spec, codes);
    const term = ({ z: latents, fake }: ObjectiveStep, network: NetworkName): tf.Scalar =>
      tf.tidy(() => {
        const guess = head.call(fake.features, headCall(network));
        const told = tf.slice2d(latents, [0, 0], [-1, codes]);
        return tf.mean(tf.squaredDifference(guess, told)).mul(weight / 2) as tf.Scalar;
      });
    return {
      ...variablesOf({ head }),
      needs: ['features'],
      discriminator: (step) => ({ codes: term(step, 'discriminator') }),
      generator: (step) => ({ codes: term(step, 'generator') }),
    };
  }
}

export const latentInformation = defineComponent({
  slot: 'objective',
  id: 'latent-information',
  summary:
    'InfoGAN: the first coordinates of z can be told from the image, so that each comes to mean something.',
  cites: ['arXiv:1606.03657'],
  options: latentInformationOptions,
  create: (options) => new LatentInformation(options),
});
