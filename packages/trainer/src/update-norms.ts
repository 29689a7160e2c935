import * as tf from '@tensorflow/tfjs';
import type { Backend, CompiledStep, GradientNorms, NamedTensors, NamedVariables } from '@ganymede/core';

type Networks = Readonly<Record<keyof GradientNorms, NamedVariables>>;

/**
 * How far one step moves every weight: the Euclidean norm of its change. The values before the step are kept on the backend
 * meanwhile, so that only steps that are measured pay for it.
 */
export class UpdateNorms {
  private readonly weights: readonly (readonly [keyof GradientNorms, string, tf.Variable])[];
  private readonly compiled: CompiledStep;
  private kept: NamedTensors = {};

  constructor(backend: Pick<Backend, 'compile'>, networks: Networks) {
    this.weights = (['generator', 'discriminator'] as const).flatMap((network) =>
      Object.entries(networks[network]).map(([name, variable]) => [network, name, variable] as const),
    );
    this.compiled = backend.compile(
      (before) => ({
        norms: tf.stack(
          this.weights.map(([, , variable], i) =>
            tf.sqrt(tf.sum(tf.squaredDifference(variable, before[String(i)]!))),
          ),
        ),
      }),
      { name: 'update-norms', precision: 'float32' },
    );
  }

  /** Keeps the weights as they are now. */
  before(): void {
    tf.dispose(this.kept);
    this.kept = Object.fromEntries(this.weights.map(([, , variable], i) => [i, tf.clone(variable)]));
  }

  /** By network and weight, since `before`, whose values it frees. */
  async measure(): Promise<GradientNorms> {
    const { kept } = this;
    this.kept = {};
    try {
      const { norms } = await this.compiled.run(kept);
      const values = await norms!.data();
      norms!.dispose();
      const found: Record<keyof GradientNorms, Record<string, number>> = { generator: {}, discriminator: {} };
      this.weights.forEach(([network, name], i) => (found[network][name] = values[i]!));
      return found;
    } finally {
      tf.dispose(kept);
    }
  }

  dispose(): void {
    tf.dispose(this.kept);
    this.kept = {};
    this.compiled.dispose();
  }
}
