import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type CompiledStep, type NamedTensors } from '@ganymede/core';
import type { DeviceBuffer, Executable, ExecutableCache, Launched } from '@ganymede/pjrt';
import { DeviceValue } from './device-value.js';
import { copyKernel } from '../kernels/copy.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import type { RunQueue } from '@ganymede/tracing';
import type { Source, TraceOptions } from './trace.js';
import { traceStep, type StepBody, type TracedStep } from './traced-step.js';

export interface StepEngine {
  readonly kernels: PjrtKernelBackend;
  /** Runs of compiled steps: they share variables, so that one starts when the one before has ended. */
  readonly runs: RunQueue;
  readonly cache: ExecutableCache | null;
}

export interface StepOptions extends TraceOptions {
  readonly name: string;
}

/**
 * Left to itself XLA drops roundings to bfloat16 that a conversion back follows, where it likes: what is computed in which
 * type would be the compiler's choice, and another one on every platform.
 */
const rounds = { xla_allow_excess_precision: false };

interface Program {
  readonly traced: TracedStep;
  readonly executable: Executable;
  /** Of each argument: whether a new value takes its memory. */
  readonly donated: readonly boolean[];
}

export interface StepStatistics {
  /** Kernels of the step traced last. */
  readonly kernels: number;
  /** Signatures traced. */
  readonly traces: number;
  readonly traceMilliseconds: number;
  /** Of the compiler, or of the cache. */
  readonly compileMilliseconds: number;
  /** Arguments whose memory a new value was to take and did not; null before the first run. */
  readonly unusedDonations: readonly number[] | null;
}

/**
 * A step as one program of the device. Traced once for each signature (names, shapes and types of the inputs), then run
 * whole. Variables that it assigns are donated: their new values take the memory of the old ones.
 */
export class PjrtStep implements CompiledStep {
  private readonly programs = new Map<string, Promise<Program>>();
  private last: Program | null = null;
  private disposed = false;
  private traces = 0;
  private traceMilliseconds = 0;
  private compileMilliseconds = 0;

  constructor(
    private readonly engine: StepEngine,
    private readonly body: StepBody,
    private readonly options: StepOptions,
  ) {}

  get statistics(): StepStatistics {
    return {
      kernels: this.last?.traced.kernels ?? 0,
      traces: this.traces,
      traceMilliseconds: this.traceMilliseconds,
      compileMilliseconds: this.compileMilliseconds,
      unusedDonations: this.last?.executable.unusedDonations ?? null,
    };
  }

  /** The program that ran last, as StableHLO; null before the first run. */
  get module(): string | null {
    return this.last?.traced.text ?? null;
  }

  /**
   * Runs off the main thread, after the runs that were asked for before, of this step or another: what it needs of the
   * host is done while those are under way. The inputs may be disposed as soon as this returns; the outputs are the
   * caller's.
   */
  async run(inputs: NamedTensors): Promise<NamedTensors> {
    const signature = this.signatureOf(inputs);
    const { kernels, runs } = this.engine;
    const own = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    const fed = Promise.all(
      Object.values(own).map((tensor) => kernels.onDeviceAsync(tensor, this.options.name)),
    );
    // It is awaited below, when it is this run's turn.
    const settled = fed.catch(() => undefined);
    const { outputs, end } = await runs.add(async () => {
      try {
        const program = await this.programFor(signature, own);
        await fed;
        return await this.launch(program, own);
      } finally {
        // A copy that is still under way needs its tensor.
        await settled;
        tf.dispose(own);
      }
    });
    try {
      await end;
      return outputs;
    } catch (error) {
      tf.dispose(outputs);
      throw error;
    }
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.engine.runs.afterwards(async () => {
      for (const made of await Promise.allSettled(this.programs.values())) {
        if (made.status === 'rejected') continue;
        made.value.executable.dispose();
        release(made.value.traced.sources);
      }
      this.programs.clear();
    });
  }

  private signatureOf(inputs: NamedTensors): string {
    const { name } = this.options;
    if (this.disposed) {
      throw new GanymedeError('STEP_DISPOSED', `${name}: expected a live step, got one that was disposed`, {
        kind: 'failed',
      });
    }
    return Object.entries(inputs)
      .map(([input, tensor]) => {
        if (tensor.isDisposed) {
          throw new GanymedeError(
            'TENSOR_DISPOSED',
            `${name}: expected a live tensor for ${input}, got a disposed one`,
            { kind: 'failed' },
          );
        }
        return `${input}: ${tensor.dtype} [${tensor.shape.join(', ')}]`;
      })
      .sort()
      .join('; ');
  }

  private programFor(signature: string, inputs: NamedTensors): Promise<Program> {
    const known = this.programs.get(signature);
    if (known) return known;
    const made = this.make(inputs);
    this.programs.set(signature, made);
    // A step that could not be made is tried again at the next call.
    made.catch(() => this.programs.delete(signature));
    return made;
  }

  private async make(inputs: NamedTensors): Promise<Program> {
    const { kernels, cache } = this.engine;
    const start = performance.now();
    const traced = traceStep(kernels, this.options.name, this.body, inputs, this.options);
    const ready = performance.now();
    this.traces++;
    this.traceMilliseconds += ready - start;
    try {
      const executable = await kernels.client.compile(traced.text, {
        devices: [kernels.device],
        overrides: this.options.precision === 'bfloat16' ? rounds : {},
        ...(cache && { cache }),
      });
      this.compileMilliseconds += performance.now() - ready;
      const assigned = new Set(traced.assigned);
      const donated = traced.sources.map(
        (source) => source.kind === 'variable' && assigned.has(source.variable),
      );
      return { traced, executable, donated };
    } catch (error) {
      release(traced.sources);
      throw error;
    }
  }

  /** Starts a program, and lets variables hold what it will give them. */
  private async launch(program: Program, inputs: NamedTensors): Promise<Launched<NamedTensors>> {
    const { kernels } = this.engine;
    const { traced, donated } = program;
    this.last = program;
    const { name } = this.options;
    // Nothing waits from here to the start of the run: what variables hold is what it takes.
    const copies: DeviceBuffer[] = [];
    const buffers = traced.sources.map((source, i) => {
      if (source.kind === 'captured') return source.device.buffer;
      if (source.kind === 'variable') return this.bufferOf(source.variable, donated[i]!, copies);
      const input = inputs[source.name]!;
      return this.shaped(kernels.onDevice(input, name).buffer, input.shape, copies);
    });
    const { outputs, end } = await this.started(program, buffers).finally(() => {
      for (const copy of copies) copy.dispose();
    });
    const { outputNames, assigned } = traced;
    assigned.forEach((variable, i) => {
      const value = new DeviceValue(outputs[outputNames.length + i]!);
      if (variable.isDisposed) value.release();
      else kernels.assign(variable, value);
    });
    const named = outputNames.map((output, i) => {
      const buffer = outputs[i]!;
      const info = kernels.fromDevice(new DeviceValue(buffer), buffer.type as never);
      return [output, tf.engine().makeTensorFromTensorInfo(info)] as const;
    });
    return { outputs: Object.fromEntries(named), end };
  }

  private async started(
    { executable, donated }: Program,
    buffers: readonly DeviceBuffer[],
  ): Promise<Launched<DeviceBuffer[]>> {
    try {
      const { outputs, end } = await executable.launch(buffers);
      const lost = donated.includes(true);
      return {
        outputs,
        end: end.catch((error: unknown) => {
          throw lost ? this.failed(error) : error;
        }),
      };
    } catch (error) {
      throw buffers.every(({ alive }) => alive) ? error : this.failed(error);
    }
  }

  private failed(cause: unknown): GanymedeError {
    return new GanymedeError(
      'STEP_FAILED',
      `${this.options.name}: expected the device to run the step, got: ${(cause as Error).message}`,
      {
        kind: 'failed',
        hint: 'Variables that the step assigns are lost: go on from a checkpoint.',
        cause,
      },
    );
  }

  /** Variables are looked up here, at every run: what the step sees is what they hold now. */
  private bufferOf(variable: tf.Variable, donated: boolean, copies: DeviceBuffer[]): DeviceBuffer {
    const { kernels } = this.engine;
    if (variable.isDisposed) {
      throw new GanymedeError(
        'VARIABLE_DISPOSED',
        `${this.options.name}: expected variable ${variable.name} to be live, got a disposed one`,
        { kind: 'failed' },
      );
    }
    const device = kernels.onDevice(variable, this.options.name);
    const alone = kernels.refCount(variable.dataId) === 1 && !device.shared;
    // What is donated is gone after the run: others keep theirs.
    if (donated && !alone) return this.copy(device.buffer, variable.shape);
    return this.shaped(device.buffer, variable.shape, copies);
  }

  /** The values in a shape; in a buffer of its own if they have another, as those of a tensor that was reshaped may. */
  private shaped(buffer: DeviceBuffer, shape: readonly number[], copies: DeviceBuffer[]): DeviceBuffer {
    const same = buffer.shape.length === shape.length && shape.every((size, i) => size === buffer.shape[i]);
    if (same) return buffer;
    const copy = this.copy(buffer, shape);
    copies.push(copy);
    return copy;
  }

  private copy(buffer: DeviceBuffer, shape: readonly number[]): DeviceBuffer {
    return this.engine.kernels.eager.run(copyKernel, [{ name: 'x', buffer, shape }], {})[0]!.buffer;
  }
}

function release(sources: readonly Source[]): void {
  for (const source of sources) if (source.kind === 'captured') source.device.release();
}
