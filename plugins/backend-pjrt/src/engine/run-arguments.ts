import type * as tf from '@tensorflow/tfjs';
import { GanymedeError, type NamedTensors } from '@ganymede/core';
import type { DeviceBuffer } from '@ganymede/pjrt';
import { copyKernel } from '../kernels/copy.js';
import type { DeviceValue } from './device-value.js';
import type { Parts } from './divided-input.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import type { Source } from './trace.js';

/**
 * What one run of a step takes, on each device. What is made for the run alone is freed by `dispose`, once it has started or has
 * failed to.
 */
export class RunArguments {
  private readonly copies: DeviceBuffer[] = [];

  /** @param parts - of the inputs that are divided */
  constructor(
    private readonly kernels: PjrtKernelBackend,
    private readonly label: string,
    private readonly inputs: NamedTensors,
    private readonly parts: Parts,
  ) {}

  /** @param donated - its memory goes to a new value: others that hold it keep theirs */
  of(source: Source, donated: boolean): readonly DeviceBuffer[] {
    const { kernels, label, parts } = this;
    if (source.kind === 'captured') return source.device.onEach(kernels.devices);
    if (source.kind === 'variable') return this.ofVariable(source.variable, donated);
    const input = this.inputs[source.name]!;
    return parts[source.name] ?? this.shaped(kernels.onDevice(input, label), input.shape);
  }

  dispose(): void {
    for (const copy of this.copies) copy.dispose();
  }

  /** Variables are looked up at every run: what the step sees is what they hold now. */
  private ofVariable(variable: tf.Variable, donated: boolean): readonly DeviceBuffer[] {
    const { kernels, label } = this;
    if (variable.isDisposed) {
      throw new GanymedeError(
        'VARIABLE_DISPOSED',
        `${label}: expected variable ${variable.name} to be live, got a disposed one`,
        { kind: 'failed' },
      );
    }
    const value = kernels.onDevice(variable, label);
    const alone = kernels.refCount(variable.dataId) === 1 && !value.shared;
    if (donated && !alone) return this.copy(value.buffer, variable.shape);
    return this.shaped(value, variable.shape);
  }

  /** The values in a shape; in buffers of its own if they have another, as those of a tensor that was reshaped may. */
  private shaped(value: DeviceValue, shape: readonly number[]): readonly DeviceBuffer[] {
    const { buffer } = value;
    const same = buffer.shape.length === shape.length && shape.every((size, i) => size === buffer.shape[i]);
    return same ? value.onEach(this.kernels.devices) : this.copy(buffer, shape);
  }

  private copy(buffer: DeviceBuffer, shape: readonly number[]): readonly DeviceBuffer[] {
    const { devices, eager } = this.kernels;
    const first = eager.run(copyKernel, [{ name: 'x', buffer, shape }], {})[0]!.buffer;
    const copied = [first, ...devices.slice(1).map((device) => first.copyTo(device))];
    this.copies.push(...copied);
    return copied;
  }
}
