import * as tf from '@tensorflow/tfjs';
import { GanymedeError, type CompiledStep, type NamedTensors } from '@ganymede/core';
import type { DeviceBuffer, ExecutableCache, ExecutableMemory, Launched } from '@ganymede/pjrt';
import { compiledStages, launchStages, type CompiledStage } from './compiled-stages.js';
import { DeviceValue } from './device-value.js';
import { allOrNone, isDivided, uploadParts, type Parts } from './divided-input.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { RunArguments } from './run-arguments.js';
import type { RunQueue } from '@ganymede/tracing';
import type { Host } from './sums.js';
import type { Source, TraceOptions } from './trace.js';
import { traceStep, type StepBody, type TracedStep } from './traced-step.js';

export interface StepEngine {
  readonly kernels: PjrtKernelBackend;
  /** Runs of compiled steps: they share variables, so that one starts when the one before has ended. */
  readonly runs: RunQueue;
  readonly cache: ExecutableCache | null;
  /** By which values of a step are summed over processes; null where there is one. */
  readonly host: Host | null;
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
  readonly stages: readonly CompiledStage[];
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
 *
 * On several devices it is the same program: the compiler divides what follows from inputs that are divided, and puts in
 * what the devices must tell one another. Variables are whole on each. So batch statistics, and whatever else a step takes
 * from a batch, are those of the whole batch, and the numbers differ from one device's by rounding alone.
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
      unusedDonations: this.last?.stages.at(-1)!.executable.unusedDonations ?? null,
    };
  }

  /** The programs that ran last, as StableHLO, one where no processes are asked; null before the first run. */
  get module(): string | null {
    return this.last?.traced.stages.map(({ text }) => text).join('\n') ?? null;
  }

  /** What the compiler planned for the last of them, in bytes; null before, and where the plugin does not say. */
  get memory(): ExecutableMemory | null {
    return this.last?.stages.at(-1)!.executable.memory() ?? null;
  }

  /**
   * Runs off the main thread, after the runs that were asked for before, of this step or another: what it needs of the
   * host is done while those are under way. The inputs may be disposed as soon as this returns; the outputs are the
   * caller's.
   */
  async run(inputs: NamedTensors): Promise<NamedTensors> {
    const { kernels, runs } = this.engine;
    this.checkLive(inputs);
    const divided = new Set(Object.keys(inputs).filter((name) => isDivided(kernels, inputs[name]!)));
    const signature = signatureOf(inputs, divided);
    const own = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    const fed = this.feed(own, divided);
    // It is awaited below, when it is this run's turn.
    const settled = fed.catch(() => undefined);
    const { outputs, end } = await runs.add(async () => {
      try {
        const program = await this.programFor(signature, own, divided);
        return await this.launch(program, own, await fed);
      } finally {
        // A copy that is still under way needs its tensor.
        const parts = await settled;
        for (const part of Object.values(parts ?? {}).flat()) part.dispose();
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
        for (const { executable } of made.value.stages) executable.dispose();
        release(made.value.traced.sources);
      }
      this.programs.clear();
    });
  }

  /** Brings inputs to where they are computed with. */
  private async feed(inputs: NamedTensors, divided: ReadonlySet<string>): Promise<Parts> {
    const { kernels } = this.engine;
    const { name } = this.options;
    const sent = Object.entries(inputs).map(async ([input, tensor]) => {
      if (divided.has(input)) return [[input, await uploadParts(kernels, tensor, name)] as const];
      await kernels.onDeviceAsync(tensor, name);
      return [];
    });
    const parts = await allOrNone(sent, (made) =>
      made.flatMap(([, part]) => part).forEach((one) => one.dispose()),
    );
    return Object.fromEntries(parts.flat());
  }

  /** @throws STEP_DISPOSED, TENSOR_DISPOSED */
  private checkLive(inputs: NamedTensors): void {
    const { name } = this.options;
    if (this.disposed) {
      throw new GanymedeError('STEP_DISPOSED', `${name}: expected a live step, got one that was disposed`, {
        kind: 'failed',
      });
    }
    const gone = Object.keys(inputs).find((input) => inputs[input]!.isDisposed);
    if (gone === undefined) return;
    throw new GanymedeError(
      'TENSOR_DISPOSED',
      `${name}: expected a live tensor for ${gone}, got a disposed one`,
      { kind: 'failed' },
    );
  }

  private programFor(
    signature: string,
    inputs: NamedTensors,
    divided: ReadonlySet<string>,
  ): Promise<Program> {
    const known = this.programs.get(signature);
    if (known) return known;
    const made = this.make(inputs, divided);
    this.programs.set(signature, made);
    // A step that could not be made is tried again at the next call.
    made.catch(() => this.programs.delete(signature));
    return made;
  }

  private async make(inputs: NamedTensors, divided: ReadonlySet<string>): Promise<Program> {
    const { kernels, cache } = this.engine;
    const { devices } = kernels;
    const start = performance.now();
    const options = { ...this.options, devices: devices.length, divided };
    const traced = traceStep(kernels, this.options.name, this.body, inputs, options);
    const ready = performance.now();
    this.traces++;
    this.traceMilliseconds += ready - start;
    try {
      const stages = await compiledStages(traced.stages, this.engine, {
        devices,
        partitions: devices.length,
        overrides: this.options.precision === 'bfloat16' ? rounds : {},
        ...(cache && { cache }),
      });
      this.compileMilliseconds += performance.now() - ready;
      const given = new Set(traced.stages.flatMap((stage) => stage.donated));
      return { traced, stages, donated: traced.arguments.map((argument) => given.has(argument)) };
    } catch (error) {
      release(traced.sources);
      throw error;
    }
  }

  /** Starts a program, and lets variables hold what it will give them. */
  private async launch(
    program: Program,
    inputs: NamedTensors,
    parts: Parts,
  ): Promise<Launched<NamedTensors>> {
    const { kernels } = this.engine;
    const { traced, donated } = program;
    this.last = program;
    // Nothing waits from here to the start of the run: what variables hold is what it takes.
    const taken = new RunArguments(kernels, this.options.name, inputs, parts);
    let launched: Launched<DeviceBuffer[][]>;
    try {
      const buffers = traced.sources.map((source, i) => taken.of(source, donated[i]!));
      const lists = kernels.devices.map((_, device) => buffers.map((each) => each[device]!));
      launched = await this.started(program, lists);
    } finally {
      taken.dispose();
    }
    const { outputs, end } = launched;
    const [own = [], ...further] = outputs;
    const { outputNames, assigned } = traced;
    assigned.forEach((variable, i) => {
      const result = outputNames.length + i;
      const value = new DeviceValue(
        own[result]!,
        further.map((list) => list[result]!),
      );
      if (variable.isDisposed) value.release();
      else kernels.assign(variable, value);
    });
    const named = outputNames.map((output, i) => {
      const buffer = own[i]!;
      for (const list of further) list[i]!.dispose();
      const info = kernels.fromDevice(new DeviceValue(buffer), buffer.type as never);
      return [output, tf.engine().makeTensorFromTensorInfo(info)] as const;
    });
    return { outputs: Object.fromEntries(named), end };
  }

  private async started(
    { traced, stages, donated }: Program,
    lists: readonly (readonly DeviceBuffer[])[],
  ): Promise<Launched<DeviceBuffer[][]>> {
    try {
      const { outputs, end } = await launchStages(this.engine, stages, traced.arguments, lists);
      const lost = donated.includes(true);
      return {
        outputs,
        end: end.catch((error: unknown) => {
          throw lost ? this.failed(error) : error;
        }),
      };
    } catch (error) {
      throw lists.flat().every(({ alive }) => alive) ? error : this.failed(error);
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
}

function signatureOf(inputs: NamedTensors, divided: ReadonlySet<string>): string {
  return Object.entries(inputs)
    .map(
      ([input, { dtype, shape }]) =>
        `${input}: ${dtype} [${shape.join(', ')}]${divided.has(input) ? ' divided' : ''}`,
    )
    .sort()
    .join('; ');
}

function release(sources: readonly Source[]): void {
  for (const source of sources) if (source.kind === 'captured') source.device.release();
}
