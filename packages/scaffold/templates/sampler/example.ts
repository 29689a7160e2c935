import {
  defineComponent,
  evaluationCall,
  RandomStream,
  type CompiledStep,
  type OpenSampler,
  type Sampler,
  type SamplerReport,
  type SamplerSpec,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Of several draws, the one whose image has the greatest logit: cherry picking, which costs variety. */
export class Example implements Sampler {
  constructor(private readonly tries: number) {}

  async open(spec: SamplerSpec): Promise<OpenSampler> {
    const { backend, generator, discriminator, call } = spec;
    const step = backend.compile(
      ({ latents, y }) => {
        const images = generator.generate(latents as tf.Tensor2D, y as tf.Tensor1D, call);
        return { logits: discriminator.discriminate(images, y as tf.Tensor1D, evaluationCall) };
      },
      { name: 'example-logits', precision: 'float32' },
    );
    return { draw: (labels) => this.draw(spec, step, labels), dispose: () => step.dispose() };
  }

  private async draw(
    { source, seed, generator: { latentSize } }: SamplerSpec,
    step: CompiledStep,
    labels: Int32Array,
  ): Promise<{ readonly z: Float32Array; readonly report: SamplerReport }> {
    const best = new Float32Array(labels.length * latentSize);
    const random = RandomStream.create(seed, 'example-latents');
    let sum = 0;
    for (let i = 0; i < labels.length; i++) {
      const drawn = source.sample(this.tries, latentSize, random); // [tries, latentSize]
      const inputs = {
        latents: tf.tensor2d(drawn, [this.tries, latentSize]),
        y: tf.fill([this.tries], labels[i]!, 'int32'),
      };
      const outputs = await step.run(inputs);
      const logits = await outputs['logits']!.data<'float32'>();
      tf.dispose([inputs, outputs]);
      const place = logits.indexOf(logits.reduce((most, logit) => Math.max(most, logit)));
      best.set(drawn.subarray(place * latentSize, (place + 1) * latentSize), i * latentSize);
      sum += logits[place]!;
    }
    return { z: best, report: { meanLogit: sum / Math.max(1, labels.length) } };
  }
}

export const example = defineComponent({
  slot: 'sampler',
  id: 'example',
  summary: 'The best of several draws by the logit of the discriminator.',
  options: z.strictObject({ tries: z.int().positive().default(4).describe('draws for each image') }),
  create: ({ tries }) => new Example(tries),
});
