import { tf } from './packages.js';

const ofGradient = 'gradient/';

/**
 * A step's loss and gradients as one function of an engine, as a training compiles them: on a backend without a compiler it
 * runs eagerly.
 */
export class StepFunction {
  /**
   * @param compute - of the inputs' tensors: `{ gradients, scalars, seen }`; of `seen`, which may be absent, the tensors
   *   are kept (`tf.keep`) until they have been returned
   */
  constructor(engine, name, compute) {
    this.step = engine.compile((inputs) => flat(compute(inputs)), { name, precision: 'float32' });
  }

  /** @returns `gradients` by weight, and `others`: scalars and what was seen. All are the caller's. */
  async run(inputs) {
    const outputs = Object.entries(await this.step.run(inputs));
    const isGradient = ([name]) => name.startsWith(ofGradient);
    return {
      gradients: Object.fromEntries(
        outputs.filter(isGradient).map(([name, tensor]) => [name.slice(ofGradient.length), tensor]),
      ),
      others: Object.fromEntries(outputs.filter((output) => !isGradient(output))),
    };
  }

  dispose() {
    this.step.dispose();
  }
}

/** What a step computes, as the flat record of tensors that a compiled function returns. */
function flat({ gradients, scalars, seen = {} }) {
  const outputs = Object.entries(seen).map(([name, tensor]) => [name, tf.clone(tensor)]);
  tf.dispose(seen);
  return {
    ...scalars,
    ...Object.fromEntries(outputs),
    ...Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [ofGradient + name, tensor])),
  };
}
