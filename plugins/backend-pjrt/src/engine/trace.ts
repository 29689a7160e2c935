import type * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import {
  constant,
  convert,
  elementCount,
  ModuleBuilder,
  reshape,
  splat,
  stagesOf,
  tensorType,
  type FunctionBuilder,
  type Sharding,
  type Stage,
  type TensorType,
  type Value,
} from '@ganymede/stablehlo';
import type { DeviceValue } from './device-value.js';
import { elementTypeOf } from './element-types.js';
import { hostArray, type Entry } from './entry.js';
import { resultsOf, type Inputs, type Kernel } from './kernel.js';
import { roundingOf, type Rounding } from './rounding.js';
import type { TensorStore } from './tensor-store.js';
import type { TracedValue, ValueOwner } from './traced-value.js';
import { userFrame } from './user-frame.js';

/** What an argument of the module is, at each run. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'variable'; readonly variable: tf.Variable; readonly argument: Value }
  | { readonly kind: 'captured'; readonly device: DeviceValue };

export interface TraceOptions {
  readonly precision?: 'float32' | 'bfloat16';
  /** That the step is divided over; 1 if absent. */
  readonly devices?: number;
}

/** The mesh's one axis. */
const batch = 'batch';

interface Given {
  readonly name: string;
  readonly info: tf.TensorInfo;
}

/** Values with more elements stay on the device and are arguments, unless all are the same. */
const largestConstant = 1024;

/** A module under construction: the kernels that tfjs runs meanwhile become its ops. */
export class Trace implements ValueOwner {
  readonly main: FunctionBuilder;
  /** Of the module's arguments, in their order. */
  readonly sources: Source[] = [];
  /** Kernels so far. */
  kernels = 0;
  /** May be lowered for a while: `pointwise` computes in float32. */
  precision: 'float32' | 'bfloat16';
  private readonly module: ModuleBuilder;
  private readonly met = new Map<Entry, Value>();

  constructor(
    private readonly backend: TensorStore,
    readonly name: string,
    { precision = 'float32', devices = 1 }: TraceOptions = {},
  ) {
    this.precision = precision;
    this.module = new ModuleBuilder(name, devices > 1 ? { mesh: { [batch]: devices } } : {});
    this.main = this.module.main();
  }

  /** The programs that make it up, once `main` has returned: one, unless values leave it. */
  get stages(): readonly Stage[] {
    return stagesOf(this.module);
  }

  /** A new argument that the caller feeds. @param divided - along its first dimension, over the devices */
  input(name: string, shape: readonly number[], dtype: tf.DataType, divided: boolean): TracedValue {
    const type = tensorType(elementTypeOf(dtype, name), shape);
    const value = divided
      ? this.main.argument(type, { name, sharding: shape.map((_, i) => (i === 0 ? batch : null)) })
      : this.whole(type, name);
    this.sources.push({ kind: 'input', name });
    return { value, stored: null, op: `input ${name}`, trace: this };
  }

  /** Stands for what a variable holds at the time of a run; becomes an argument when it is used. */
  variable(variable: tf.Variable): TracedValue {
    const { sources } = this;
    // By place, not by the variable's name, which is another one in each session: the cache knows a program by its text.
    const whole = (): Value => this.whole(type, `variable_${sources.length}`);
    const type = tensorType(elementTypeOf(variable.dtype, variable.name), variable.shape);
    let argument: Value | null = null;
    return {
      get value() {
        if (!argument) {
          argument = whole();
          sources.push({ kind: 'variable', variable, argument });
        }
        return argument;
      },
      stored: null,
      op: `variable ${variable.name}`,
      trace: this,
    };
  }

  /** Ends the module; what it gives is whole on each device. */
  return(tensors: readonly tf.Tensor[]): void {
    const values = tensors.map((tensor) => this.operand(tensor, this.name).value);
    this.main.return(values, this.module.mesh ? { shardings: values.map(wholeSharding) } : {});
  }

  run(kernel: Kernel, given: readonly Given[], attrs: unknown): tf.TensorInfo[] {
    this.kernels++;
    const operands = given.map(({ name, info }) => ({ name, ...this.operand(info, kernel.name) }));
    const rounding = this.precision === 'bfloat16' ? roundingOf(kernel, operands) : null;
    const results = this.main.scope(kernel.name, () => {
      const values: Inputs = Object.fromEntries(
        operands.map((operand, i) => [operand.name, rounding ? rounding.operand(operand, i) : operand.value]),
      );
      const precision = rounding?.product ? 'DEFAULT' : this.backend.precision;
      const call = { attrs: attrs as never, sink: this.main, precision };
      return resultsOf(kernel.emit(values, call)).map((value) => this.finished(value, rounding));
    });
    return results.map(({ value, stored }) =>
      this.backend.fromTrace({ value, stored, op: kernel.name, trace: this }),
    );
  }

  /** Lets a value leave the program, and goes on with what comes back for it. @param how - what is to be done with it */
  exchange(info: tf.TensorInfo, how: unknown): TracedValue {
    const op = 'exchange';
    return { value: this.main.exchange(this.operand(info, op).value, how), stored: null, op, trace: this };
  }

  /** The value rounded once and kept in bfloat16. */
  rounded(info: tf.TensorInfo, op: string): TracedValue {
    const stored = convert(this.operand(info, op).value, 'bf16');
    return { value: convert(stored, 'f32'), stored, op, trace: this };
  }

  /** A tensor as this module has it: a value of its own, a constant, or an argument that stays what it is now. */
  operand(info: tf.TensorInfo, what: string): { readonly value: Value; readonly stored: Value | null } {
    const entry = this.backend.data.get(info.dataId);
    const { traced } = entry;
    if (traced && traced.trace !== this) {
      throw new GanymedeError(
        'TENSOR_OF_A_TRACE',
        `${what}: expected tensors of this compiled step, got one of ${traced.trace.name}${userFrame()}`,
        { kind: 'failed', hint: 'What a compiled step is to give out, it returns.' },
      );
    }
    const value = traced ? traced.value : this.captured(entry, info, what);
    const { stored = null } = traced ?? {};
    return { value: reshape(value, info.shape), stored: stored && reshape(stored, info.shape) };
  }

  /** The error of a value read while tracing: there is none yet. */
  valueError({ op, value }: TracedValue): GanymedeError {
    return new GanymedeError(
      'VALUE_READ_IN_TRACE',
      `read of ${op} [${value.shape.join(', ')}]: expected no reads inside a compiled step, got one${userFrame()}`,
      {
        kind: 'failed',
        hint: 'Return the tensor from the compiled step and read it outside; pass changing host numbers in as tensors.',
      },
    );
  }

  /** Gives captured values back; for a trace that became no step. */
  release(): void {
    for (const source of this.sources) if (source.kind === 'captured') source.device.release();
  }

  private finished(value: Value, rounding: Rounding | null): Pick<TracedValue, 'value' | 'stored'> {
    if (value.elementType === 'bf16') {
      return { value: convert(value, 'f32'), stored: rounding?.stays ? value : null };
    }
    if (!rounding?.stays || value.elementType !== 'f32') return { value, stored: null };
    const stored = convert(value, 'bf16');
    return { value: convert(stored, 'f32'), stored };
  }

  private captured(entry: Entry, info: tf.TensorInfo, what: string): Value {
    const known = this.met.get(entry);
    if (known) return known;
    const type = tensorType(elementTypeOf(entry.dtype, what), info.shape);
    const value = this.constant(entry, type, what) ?? this.argument(info, what);
    this.met.set(entry, value);
    return value;
  }

  private constant(entry: Entry, type: TensorType, what: string): Value | null {
    if (entry.host === null) return null;
    const values = hostArray(entry, what) as ArrayLike<number>;
    if (values.length > 0 && allSame(values)) return splat(this.main, type, values[0]!);
    return elementCount(type.shape) <= largestConstant ? constant(this.main, type, values) : null;
  }

  private argument(info: tf.TensorInfo, what: string): Value {
    const device = this.backend.onDevice(info, what).retain();
    this.sources.push({ kind: 'captured', device });
    const { elementType, shape } = device.buffer.type;
    return this.whole(tensorType(elementType, shape), `captured_${this.sources.length}`);
  }

  /** An argument that is whole on each device. */
  private whole(type: TensorType, name: string): Value {
    return this.main.argument(type, { name, ...(this.module.mesh && { sharding: wholeSharding(type) }) });
  }
}

const wholeSharding = ({ shape }: Pick<TensorType, 'shape'>): Sharding => shape.map(() => null);

function allSame(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}
