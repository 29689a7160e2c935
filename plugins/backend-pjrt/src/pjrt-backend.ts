import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  GanymedeError,
  ranksBeside,
  type Backend,
  type BackendDescription,
  type CompileOptions,
  type NamedTensors,
  type Replicas,
  type WorkersSpec,
} from '@ganymede/core';
import {
  clientOptionsOf,
  ExecutableCache,
  findPlugin,
  isPlatformName,
  PjrtError,
  Plugin,
  pluginCache,
  type Client,
  type Device,
} from '@ganymede/pjrt';
import { PjrtStep, type StepEngine } from './engine/compiled-step.js';
import { PjrtKernelBackend } from './engine/kernel-backend.js';
import { PjrtReplicas } from './engine/replicas.js';
import { generationAt, HostCollectives, TensorFlowError } from '@ganymede/tensorflow';
import { RunQueue } from '@ganymede/tracing';
import { registerKernels, unregisterKernels } from './kernels/register-kernels.js';

export interface PjrtBackendOptions {
  /** Path of a PJRT plugin, or the platform that one is looked for for; the first that is found if absent. */
  readonly plugin?: string | undefined;
  /**
   * Which of the plugin's devices, from 0; the first one if steps run on several. If absent, the first; of several processes on one
   * machine each takes one of its own, in their order.
   */
  readonly device?: number | undefined;
  /** How many devices, from that one on, a batch is divided over; default 1. */
  readonly devices?: number | 'all';
  /** `exact`: products of float32 are float32; `fast`: as the hardware likes, TF32 on NVIDIA's, bfloat16 on TPUs. */
  readonly products?: 'exact' | 'fast';
  /** Share of a GPU's memory that may be taken, above 0 and up to 1. */
  readonly memoryFraction?: number | undefined;
  /** Where compiled steps are kept from one process to the next; null: nowhere. */
  readonly cacheFolder?: string | null | undefined;
}

const name = 'pjrt';

interface Active extends StepEngine {
  readonly plugin: Plugin;
  readonly source: string;
  readonly client: Client;
  readonly replicas: PjrtReplicas | undefined;
}

/** XLA through a PJRT plugin: kernels compiled one by one, steps compiled whole with their variables on the device. */
export class Pjrt implements Backend {
  private active: Active | null = null;
  private index = 0;

  constructor(private readonly options: PjrtBackendOptions = {}) {}

  /**
   * @param options.workers - processes with one device each; their sums go through TensorFlow's library
   * @throws PLUGIN_NOT_FOUND, PLUGIN_NOT_LOADED, PLUGIN_TOO_OLD, NO_DEVICE, BACKEND_IN_USE, DEVICES_AND_WORKERS, and with workers
   * LIBRARY_NOT_FOUND, LIBRARY_NOT_LOADED, BAD_WORKERS, WORKER_NOT_STARTED
   */
  async activate({
    workers,
  }: { readonly workers?: WorkersSpec | undefined } = {}): Promise<BackendDescription> {
    this.active ??= await this.start(workers);
    await tf.setBackend(name);
    const { plugin, source, client, kernels } = this.active;
    const { device, devices } = kernels;
    return {
      name,
      device: this.deviceName(client.platform, devices.length),
      ...(devices.length > 1 && { devices: devices.length }),
      library: `PJRT ${plugin.apiVersion} ${client.platform}`,
      threads: availableParallelism(),
      details: {
        plugin: plugin.file,
        source,
        kind: device.kind,
        devices: client.devices.length,
        version: client.platformVersion.split('\n')[0]!.slice(0, 200),
        products: this.options.products ?? 'exact',
      },
    };
  }

  generationAt(address: string): Promise<number | null> {
    return generationAt(address);
  }

  get replicas(): Replicas | undefined {
    return this.active?.replicas;
  }

  /** @throws BACKEND_INACTIVE before `activate` */
  compile(
    step: (inputs: NamedTensors) => NamedTensors,
    { name: stepName, precision = 'float32' }: CompileOptions,
  ): PjrtStep {
    if (!this.active) {
      throw new GanymedeError(
        'BACKEND_INACTIVE',
        `compile ${stepName}: expected an active backend, got one that was not activated or was disposed`,
        { kind: 'failed', hint: 'Call activate() first.' },
      );
    }
    return new PjrtStep(this.active, step, { name: stepName, precision });
  }

  /** Frees the device when the runs under way have ended. */
  dispose(): void {
    if (!this.active) return;
    const { client, runs, host } = this.active;
    this.active = null;
    tf.removeBackend(name);
    unregisterKernels(name);
    runs.afterwards(async () => {
      host?.dispose();
      await client.close();
    });
  }

  /** `cpu`, `cuda:0`, `cuda:0-3`. */
  private deviceName(platform: string, count: number): string {
    if (count > 1) return `${platform}:${this.index}-${this.index + count - 1}`;
    return platform === 'cpu' ? platform : `${platform}:${this.index}`;
  }

  private async start(workers: WorkersSpec | undefined): Promise<Active> {
    if (tf.findBackendFactory(name) != null) {
      throw new GanymedeError(
        'BACKEND_IN_USE',
        `${name}: expected no other backend of this name in the process, got one`,
        { kind: 'failed', hint: 'Dispose the other one first.' },
      );
    }
    this.index = this.options.device ?? (workers ? ranksBeside(workers).indexOf(workers.rank) : 0);
    try {
      const { file, source } = chosen(this.options.plugin);
      const plugin = Plugin.load(file);
      const client = await plugin.createClient({ options: clientOptionsOf(file, this.options) });
      return this.opened(plugin, source, client, workers);
    } catch (error) {
      throw translated(error);
    }
  }

  private opened(plugin: Plugin, source: string, client: Client, workers: WorkersSpec | undefined): Active {
    const devices = this.devicesOf(client);
    if (workers && devices.length > 1) throw this.oneDeviceEach(client, devices.length);
    const host = workers ? this.connected(client, workers) : null;
    const precision = this.options.products === 'fast' ? 'DEFAULT' : 'HIGHEST';
    const kernels = new PjrtKernelBackend({ client, devices, precision });
    registerKernels(name, kernels);
    tf.registerBackend(name, () => kernels, 3);
    const { cacheFolder = join(dirname(pluginCache()), 'pjrt-executables') } = this.options;
    const cache = cacheFolder === null ? null : new ExecutableCache(cacheFolder);
    const replicas = host ? new PjrtReplicas(kernels, host) : undefined;
    return { plugin, source, client, kernels, cache, host, replicas, runs: new RunQueue() };
  }

  private connected(client: Client, workers: WorkersSpec): HostCollectives {
    try {
      return new HostCollectives(workers);
    } catch (error) {
      void client.close();
      throw error;
    }
  }

  private oneDeviceEach(client: Client, count: number): GanymedeError {
    void client.close();
    return new GanymedeError(
      'DEVICES_AND_WORKERS',
      `pjrt: expected one device for each of several processes, got ${count}`,
      {
        kind: 'usage',
        hint: 'Leave `devices` out: each process takes a device of its own.',
      },
    );
  }

  private devicesOf(client: Client): readonly Device[] {
    const { devices: count = 1 } = this.options;
    const { index } = this;
    const found = client.devices.slice(index, count === 'all' ? undefined : index + count);
    if (found.length > 0 && (count === 'all' || found.length === count)) return found;
    void client.close();
    const wanted =
      count === 'all' || count === 1 ? `a device ${index}` : `devices ${index} to ${index + count - 1}`;
    throw new GanymedeError(
      'NO_DEVICE',
      `pjrt: expected ${wanted}, got ${client.devices.length} devices of ${client.platform}`,
      { kind: 'missing', hint: 'Devices count from 0.' },
    );
  }
}

/** The plugin that is asked for, and where it came from. */
function chosen(given: string | undefined): { readonly file: string; readonly source: string } {
  if (given === undefined) return findPlugin();
  return isPlatformName(given) ? findPlugin(process.env, given) : { file: given, source: 'given' };
}

/** Packages that know none of ours have an error class of their own; codes and hints are the same. */
function translated(error: unknown): unknown {
  if (!(error instanceof PjrtError || error instanceof TensorFlowError)) return error;
  return new GanymedeError(error.code, error.message, {
    kind: error.kind,
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
