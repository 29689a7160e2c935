import type { CompileOptions, DeviceBuffer, Executable, Launched } from '@ganymede/pjrt';
import type { Stage, Value } from '@ganymede/stablehlo';
import { inTurns } from './in-turns.js';
import type { PjrtKernelBackend } from './kernel-backend.js';
import { jointSums, summed, type Host, type JointSum } from './sums.js';

/** A part of a step, ready to run, and the sums over processes that follow it. */
export interface CompiledStage {
  readonly stage: Stage;
  readonly executable: Executable;
  readonly sums: readonly JointSum[];
}

/** Compilations under way: as many as there are threads for calls off the main one. */
const atOnce = 4;

interface Engine {
  readonly kernels: PjrtKernelBackend;
  readonly host: Host | null;
}

/** Compiles the parts of a step; of none of them is anything left where one fails. */
export async function compiledStages(
  stages: readonly Stage[],
  { kernels, host }: Engine,
  options: CompileOptions,
): Promise<readonly CompiledStage[]> {
  const made: Executable[] = [];
  try {
    const executables = await inTurns(stages, atOnce, async ({ text }) => {
      const executable = await kernels.client.compile(text, options);
      made.push(executable);
      return executable;
    });
    // Keys are given in the same order in all processes.
    return stages.map((stage, i) => ({
      stage,
      executable: executables[i]!,
      sums: jointSums(stage.exchanges, host),
    }));
  } catch (error) {
    for (const executable of made) executable.dispose();
    throw error;
  }
}

/**
 * Starts a step. Of one part, this does not wait for the values; between several it does, for those that go over to the other processes.
 * @param lists - what its arguments are, by device
 * @returns its results by device
 */
export async function launchStages(
  engine: Engine,
  stages: readonly CompiledStage[],
  parameters: readonly Value[],
  lists: readonly (readonly DeviceBuffer[])[],
): Promise<Launched<DeviceBuffer[][]>> {
  if (stages.length === 1) return stages[0]!.executable.launchReplicas(lists);
  const run = new StagedRun(engine, stages, new Map(parameters.map((value, i) => [value, lists[0]![i]!])));
  return run.launch();
}

/** One run of several parts, on one device. */
class StagedRun {
  /** What the run itself has made, until nothing takes it any more. */
  private readonly own = new Map<Value, DeviceBuffer>();
  private readonly results: DeviceBuffer[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly stages: readonly CompiledStage[],
    private readonly given: ReadonlyMap<Value, DeviceBuffer>,
  ) {}

  async launch(): Promise<Launched<DeviceBuffer[][]>> {
    const ends: Promise<void>[] = [];
    try {
      for (const [i, one] of this.stages.entries()) {
        const { end } = await this.start(one);
        // It is awaited below, or by whoever awaits the step.
        end.catch(() => undefined);
        ends.push(end);
        for (const sum of one.sums) await this.exchange(sum);
        this.free(i);
      }
      return { outputs: [this.results], end: Promise.all(ends).then(() => undefined) };
    } catch (error) {
      await Promise.allSettled(ends);
      for (const buffer of [...this.own.values(), ...this.results]) buffer?.dispose();
      throw error;
    }
  }

  private async start({ stage, executable }: CompiledStage): Promise<{ readonly end: Promise<void> }> {
    const { outputs, end } = await executable.launch(stage.takes.map((value) => this.valueOf(value)));
    stage.gives.forEach((value, i) => {
      // What came back from an exchange and is exchanged again was taken, and is given anew.
      this.own.get(value)?.dispose();
      this.own.set(value, outputs[i]!);
    });
    stage.finals.forEach((result, i) => (this.results[result] = outputs[stage.gives.length + i]!));
    return { end };
  }

  private async exchange(sum: JointSum): Promise<void> {
    const { kernels, host } = this.engine;
    const sums = await summed(kernels, host!, sum, (value) => this.valueOf(value));
    for (const [value, buffer] of sums) this.own.set(value, buffer);
  }

  /** Frees what no later part takes. */
  private free(after: number): void {
    const later = new Set(this.stages.slice(after + 1).flatMap(({ stage }) => stage.takes));
    for (const [value, buffer] of this.own) {
      if (later.has(value)) continue;
      buffer.dispose();
      this.own.delete(value);
    }
  }

  private valueOf(value: Value): DeviceBuffer {
    return this.own.get(value) ?? this.given.get(value)!;
  }
}
