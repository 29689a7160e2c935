import type { Device } from './device.js';
import { DeviceBuffer } from './device-buffer.js';
import { typeOfCode, type TensorType } from './element-type.js';
import { checkArguments } from './check-arguments.js';
import { executableGone, PjrtError } from './errors.js';
import type { Parameter } from './main-signature.js';
import { addressOf, type Address } from './native-memory.js';
import type { Owner } from './owner.js';
import { serialized } from './serialized.js';
import { Struct } from './struct.js';
import { innerLayouts } from './struct-layouts.js';

/** Bytes that one run needs on one device, as the compiler planned it. */
export interface ExecutableMemory {
  readonly arguments: number;
  readonly outputs: number;
  /** Of the outputs, what takes the memory of donated arguments. */
  readonly aliased: number;
  readonly temporary: number;
  readonly code: number;
}

/** Structs of a run, alive until it has been started. */
interface Run {
  readonly fields: {
    readonly executable: Address;
    readonly options: Struct<string>;
    readonly argument_lists: BigUint64Array;
    readonly num_devices: number;
    readonly num_args: number;
    readonly output_lists: BigUint64Array;
    readonly device_complete_events: BigUint64Array | number;
  };
  readonly lists: readonly BigUint64Array[];
  readonly outputs: readonly BigUint64Array[];
  readonly events: BigUint64Array;
  readonly borrowed: readonly DeviceBuffer[];
}

/** A run that has been started. */
export interface Launched<Outputs> {
  /** Their values may still be on their way: what reads them, another run too, waits. They are yours to dispose of. */
  readonly outputs: Outputs;
  /** Kept when the run has ended; broken by what went wrong in it. */
  readonly end: Promise<void>;
}

/** A compiled program on its devices. */
export class Executable {
  /** One a replica and partition, in their order: runs take arguments and give outputs in this order. */
  readonly devices: readonly Device[];
  readonly outputs: readonly TensorType[];
  private readonly executable: Address;
  /** Donated arguments whose memory the compiler found no use for; known after the first run. */
  private unused: readonly number[] | null = null;
  private state: 'alive' | 'disposed' = 'alive';
  private uses = 0;
  private freed = false;

  /** Made by `Client.compile`. */
  constructor(
    private readonly owner: Owner,
    private readonly address: Address,
    readonly name: string,
    readonly parameters: readonly Parameter[],
    devices: readonly Device[],
  ) {
    owner.track(this);
    const { api } = owner;
    this.executable = api
      .call('PJRT_LoadedExecutable_GetExecutable', { loaded_executable: address })
      .word('executable');
    const found = api.call('PJRT_LoadedExecutable_AddressableDevices', { executable: address });
    const addresses = api.memory.words(
      found.word('addressable_devices'),
      found.number('num_addressable_devices'),
    );
    this.devices = Array.from(addresses, (one) => devices.find((device) => device.address === one)!);
    this.outputs = this.readOutputs();
  }

  /** What the compiler planned; null where the plugin does not say. */
  memory(): ExecutableMemory | null {
    try {
      const stats = this.owner.api.call('PJRT_Executable_GetCompiledMemoryStats', {
        executable: this.executable,
      });
      return {
        arguments: stats.number('argument_size_in_bytes'),
        outputs: stats.number('output_size_in_bytes'),
        aliased: stats.number('alias_size_in_bytes'),
        temporary: stats.number('temp_size_in_bytes'),
        code: stats.number('generated_code_size_in_bytes'),
      };
    } catch (error) {
      if (error instanceof PjrtError && ['PJRT_UNIMPLEMENTED', 'FUNCTION_MISSING'].includes(error.code))
        return null;
      throw error;
    }
  }

  /** Indices of donated arguments whose memory the compiler found no use for; null before the first run. */
  get unusedDonations(): readonly number[] | null {
    return this.unused;
  }

  /**
   * Runs on one device, off the main thread, after the runs that were asked for before.
   * @returns outputs with their values there; they are yours to dispose of
   * @throws WRONG_ARGUMENTS, BUFFER_DONATED, BUFFER_DISPOSED, EXECUTABLE_DISPOSED, PJRT_* of the run
   */
  async run(values: readonly DeviceBuffer[]): Promise<DeviceBuffer[]> {
    return (await this.runReplicas([values]))[0]!;
  }

  /** The same on several devices: arguments and outputs by device, in the order of `devices`. */
  async runReplicas(values: readonly (readonly DeviceBuffer[])[]): Promise<DeviceBuffer[][]> {
    const { outputs, end } = await this.launchReplicas(values);
    try {
      await end;
      return outputs;
    } catch (error) {
      for (const output of outputs.flat()) output.dispose();
      throw error;
    }
  }

  /**
   * As `run`, but does not wait for the end: the next run can be started meanwhile, so that the device need not wait for
   * this process between the two.
   * @throws as `run`, for what is known when it starts
   */
  async launch(values: readonly DeviceBuffer[]): Promise<Launched<DeviceBuffer[]>> {
    const { outputs, end } = await this.launchReplicas([values]);
    return { outputs: outputs[0]!, end };
  }

  /** As `launch`, on several devices: arguments and outputs by device, in the order of `devices`. */
  async launchReplicas(values: readonly (readonly DeviceBuffer[])[]): Promise<Launched<DeviceBuffer[][]>> {
    const { api, queue } = this.owner;
    const run = this.prepare(values, true);
    return queue.add(async () => {
      try {
        await api.callAsync('PJRT_LoadedExecutable_Execute', run.fields);
      } catch (error) {
        this.end(run);
        throw error;
      }
      const outputs = this.wrap(run);
      const end = this.ended(run, values);
      queue.follow(end);
      return { outputs, end };
    });
  }

  private async ended(run: Run, values: readonly (readonly DeviceBuffer[])[]): Promise<void> {
    const { api } = this.owner;
    try {
      const ends = await Promise.allSettled(Array.from(run.events, (event) => api.awaitEventAsync(event)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
      this.learn(values);
    } finally {
      this.end(run);
    }
  }

  /**
   * Starts on one device from this thread, ahead of runs that wait, and does not wait for the values: what reads the
   * outputs does, and gets the run's error. For small programs.
   */
  start(values: readonly DeviceBuffer[]): DeviceBuffer[] {
    const run = this.prepare([values], false);
    try {
      this.owner.api.call('PJRT_LoadedExecutable_Execute', run.fields);
      this.learn([values]);
      return this.wrap(run)[0]!;
    } finally {
      this.end(run);
    }
  }

  /** The compiled program as bytes that the same plugin reads; null where it cannot. */
  serialize(): Uint8Array | null {
    this.check();
    return serialized(this.owner.api, this.executable);
  }

  /** Frees the program, after the runs that are under way. May be called twice. */
  dispose(): void {
    this.state = 'disposed';
    this.freeIfIdle();
  }

  private check(): void {
    this.owner.checkOpen(`run of ${this.name}`);
    if (this.state === 'disposed') throw executableGone(this.name);
  }

  private prepare(values: readonly (readonly DeviceBuffer[])[], withEvents: boolean): Run {
    this.check();
    checkArguments(this, values);
    const what = `run of ${this.name}`;
    // All before any: a refused run leaves every buffer as it was.
    for (const buffer of values.flat()) buffer.check(what);
    const borrowed: DeviceBuffer[] = [];
    const lists = values.map((list) => {
      const addresses = new BigUint64Array(Math.max(16, list.length));
      list.forEach((buffer, i) => {
        const { donated } = this.parameters[i]!;
        addresses[i] = donated ? buffer.give(what) : buffer.borrow(what);
        borrowed.push(buffer);
      });
      return addresses;
    });
    const outputs = values.map(() => new BigUint64Array(Math.max(16, this.outputs.length)));
    const events = new BigUint64Array(Math.max(16, values.length));
    this.uses++;
    return {
      fields: {
        executable: this.address,
        options: new Struct<string>(innerLayouts.PJRT_ExecuteOptions),
        argument_lists: BigUint64Array.from(lists, (list) => addressOf(list)),
        num_devices: values.length,
        num_args: this.parameters.length,
        output_lists: BigUint64Array.from(outputs, (list) => addressOf(list)),
        device_complete_events: withEvents ? events : 0,
      },
      lists,
      outputs,
      events: events.subarray(0, values.length),
      borrowed,
    };
  }

  private wrap(run: Run): DeviceBuffer[][] {
    return run.outputs.map((list, device) =>
      this.outputs.map((type, i) => new DeviceBuffer(this.owner, list[i]!, type, this.devices[device]!)),
    );
  }

  /** Once: which donations the compiler made use of. What it does is fixed when it compiles. */
  private learn(values: readonly (readonly DeviceBuffer[])[]): void {
    this.unused ??= this.parameters.flatMap(({ donated }, i) =>
      donated && !values[0]![i]!.isDeleted() ? [i] : [],
    );
  }

  private end({ borrowed }: Run): void {
    for (const buffer of borrowed) buffer.release();
    this.uses--;
    if (this.state === 'disposed') this.freeIfIdle();
  }

  private freeIfIdle(): void {
    if (this.freed || this.uses > 0) return;
    this.freed = true;
    const { api } = this.owner;
    api.call('PJRT_Executable_Destroy', { executable: this.executable });
    api.call('PJRT_LoadedExecutable_Destroy', { executable: this.address });
    this.owner.forget(this);
  }

  private readOutputs(): readonly TensorType[] {
    const { api, executable } = { api: this.owner.api, executable: this.executable };
    const types = api.call('PJRT_Executable_OutputElementTypes', { executable });
    const count = types.number('num_output_types');
    const codes = api.memory.bytes(types.word('output_types'), count * 4);
    const dimensions = api.call('PJRT_Executable_OutputDimensions', { executable });
    const ranks = api.memory.words(dimensions.word('dim_sizes'), count);
    const total = ranks.reduce((sum, rank) => sum + Number(rank), 0);
    const sizes = Array.from(api.memory.words(dimensions.word('dims'), total), Number);
    return Array.from(ranks, (rank, i) => ({
      elementType: typeOfCode(codes.readInt32LE(i * 4)),
      shape: sizes.splice(0, Number(rank)),
    }));
  }
}
