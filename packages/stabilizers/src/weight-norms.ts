import * as tf from '@tensorflow/tfjs';
import { weightsOf, type Backend, type CompiledStep, type LayerNode } from '@ganymede/core';

/** The Euclidean norms of every weight of some networks: one compiled function, one read. */
export class WeightNorms {
  private readonly names: readonly (readonly [network: string, weight: string])[];
  private readonly compiled: CompiledStep;

  constructor(backend: Pick<Backend, 'compile'>, networks: Readonly<Record<string, LayerNode>>) {
    const all = Object.entries(networks).flatMap(([network, node]) =>
      Object.entries(weightsOf(node)).map(([name, variable]) => ({ network, name, variable })),
    );
    this.names = all.map(({ network, name }) => [network, name]);
    this.compiled = backend.compile(
      () => ({ norms: tf.stack(all.map(({ variable }) => tf.sqrt(tf.sum(tf.square(variable))))) }),
      { name: 'weight-norms', precision: 'float32' },
    );
  }

  /** By network and weight. */
  async measure(): Promise<Record<string, Record<string, number>>> {
    const { norms } = await this.compiled.run({});
    const values = await norms!.data();
    norms!.dispose();
    const found: Record<string, Record<string, number>> = {};
    this.names.forEach(([network, name], i) => ((found[network] ??= {})[name] = values[i]!));
    return found;
  }

  dispose(): void {
    this.compiled.dispose();
  }
}
