import {
  defineComponent,
  type Backend,
  type BackendDescription,
  type CompiledStep,
  type CompileOptions,
  type NamedTensors,
} from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** tfjs's own engine in plain JavaScript: slow, and there wherever tfjs is. */
export class Example implements Backend {
  async activate(): Promise<BackendDescription> {
    await tf.setBackend('cpu');
    return { name: 'example', device: 'cpu', library: `tfjs ${tf.version_core}`, threads: 1 };
  }

  compile(step: (inputs: NamedTensors) => NamedTensors, { name }: CompileOptions): CompiledStep {
    return new EagerStep(name, step);
  }

  dispose(): void {
    // tfjs keeps it.
  }
}

export const example = defineComponent({
  slot: 'backend',
  id: 'example',
  summary: "tfjs's own engine in plain JavaScript.",
  options: z.strictObject({}),
  create: () => new Example(),
});
