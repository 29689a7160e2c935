import type { Api } from './api.js';
import { compileOptions, type BuildOptions } from './compile-options.js';
import { Device } from './device.js';
import { DeviceBuffer } from './device-buffer.js';
import {
  elementCount,
  holds,
  typeCode,
  typeOfArray,
  typeText,
  type ElementType,
  type HostArray,
} from './element-type.js';
import { badValue, clientClosed, PjrtError } from './errors.js';
import { Executable } from './executable.js';
import type { ExecutableCache } from './executable-cache.js';
import { mainSignature, moduleName, type Parameter } from './main-signature.js';
import type { Address } from './native-memory.js';
import type { Disposable, Owner } from './owner.js';
import { programFields } from './program-fields.js';
import { RunQueue } from './run-queue.js';

export interface CompileOptions extends Omit<BuildOptions, 'deviceIds'> {
  /** One a replica and partition, a replica's together; the plugin's choice if absent. */
  readonly devices?: readonly Device[];
  /** Where executables are kept from one process to the next. */
  readonly cache?: ExecutableCache;
}

export interface UploadOptions {
  /** That of the array if absent; needed for truth values, float16 and bfloat16. */
  readonly elementType?: ElementType;
  /** The first one if absent. */
  readonly device?: Device;
}

/** PJRT_HostBufferSemantics. */
const copiedDuringCall = 0;
const untilTransferred = 1;

/** What a client needs of its plugin. */
export interface PluginIdentity {
  readonly api: Api;
  readonly identity: string;
}

/** The devices of a plugin, opened: makes buffers and executables. */
export class Client implements Owner {
  readonly api: Api;
  readonly queue = new RunQueue();
  /** `cpu`, `cuda`, `rocm`, `tpu`. */
  readonly platform: string;
  /** The plugin's own words. */
  readonly platformVersion: string;
  /** Those of this process. */
  readonly devices: readonly Device[];
  private readonly resources = new Set<Disposable>();
  private open = true;

  /** Made by `Plugin.createClient`. */
  constructor(
    private readonly plugin: PluginIdentity,
    private readonly address: Address,
  ) {
    this.api = plugin.api;
    const { api } = this;
    const client = address;
    const name = api.call('PJRT_Client_PlatformName', { client });
    this.platform = api.memory.text(name.word('platform_name'), name.number('platform_name_size'));
    const version = api.call('PJRT_Client_PlatformVersion', { client });
    this.platformVersion = api.memory.text(
      version.word('platform_version'),
      version.number('platform_version_size'),
    );
    const devices = api.call('PJRT_Client_AddressableDevices', { client });
    const addresses = api.memory.words(
      devices.word('addressable_devices'),
      devices.number('num_addressable_devices'),
    );
    this.devices = Array.from(addresses, (device) => new Device(api, device));
  }

  /** Buffers and executables that have not been disposed of. */
  get live(): { readonly buffers: number; readonly executables: number } {
    const all = [...this.resources];
    const buffers = all.filter((one) => one instanceof DeviceBuffer).length;
    return { buffers, executables: all.length - buffers };
  }

  /**
   * Copies values to a device; the array may change afterwards.
   * @param values - row by row; truth values as 0 and 1, float16 and bfloat16 as bits
   * @throws BAD_VALUE if count or type do not fit
   */
  upload(values: HostArray, shape: readonly number[], options: UploadOptions = {}): DeviceBuffer {
    const { fields, wrap } = this.transfer(values, shape, options);
    const sent = this.api.call('PJRT_Client_BufferFromHostBuffer', {
      ...fields,
      host_buffer_semantics: copiedDuringCall,
    });
    this.api.awaitEvent(sent.word('done_with_host_buffer'));
    return wrap(sent.word('buffer'));
  }

  /** The same off the main thread: for large arrays, which must not change until the promise is kept. */
  async uploadAsync(
    values: HostArray,
    shape: readonly number[],
    options: UploadOptions = {},
  ): Promise<DeviceBuffer> {
    const { fields, wrap } = this.transfer(values, shape, options);
    const sent = await this.api.callAsync('PJRT_Client_BufferFromHostBuffer', {
      ...fields,
      host_buffer_semantics: untilTransferred,
    });
    const buffer = wrap(sent.word('buffer'));
    try {
      // `sent` holds the array until then.
      await this.api.awaitEventAsync(sent.word('done_with_host_buffer'));
      return buffer;
    } catch (error) {
      buffer.dispose();
      throw error;
    }
  }

  /**
   * Compiles a StableHLO module off the main thread, or takes it from the cache.
   * @param text - with a public function `main`
   * @throws BAD_MODULE, BAD_VALUE, PJRT_INVALID_ARGUMENT with the compiler's words
   */
  async compile(text: string, options: CompileOptions = {}): Promise<Executable> {
    const { devices, cache, ...build } = options;
    this.checkOpen('compile');
    const parameters = mainSignature(text);
    const deviceIds = devices?.map(({ id }) => id);
    const proto = compileOptions(deviceIds ? { ...build, deviceIds } : build);
    const compile = async (): Promise<Executable> => {
      const made = await this.api.callAsync('PJRT_Client_Compile', this.compilation(text, proto));
      return this.executable(made.word('executable'), text, parameters);
    };
    if (!cache) return compile();
    // XLA reads flags from the environment too.
    const flags = process.env.XLA_FLAGS ?? '';
    const key = [this.plugin.identity, this.platform, this.platformVersion, this.kinds(), flags, proto, text];
    const kept = await cache.read(key);
    if (kept) {
      const loaded = await this.load(kept, text, parameters);
      if (loaded) return loaded;
    }
    const made = await compile();
    const bytes = made.serialize();
    if (bytes) await cache.write(key, bytes);
    return made;
  }

  /**
   * The same on this thread and without a cache, for small modules on one device.
   * @throws BAD_MODULE, BAD_VALUE, PJRT_INVALID_ARGUMENT with the compiler's words
   */
  compileSync(text: string, { device }: { readonly device?: Device } = {}): Executable {
    this.checkOpen('compileSync');
    const parameters = mainSignature(text);
    const proto = compileOptions(device ? { deviceIds: [device.id] } : {});
    const made = this.api.call('PJRT_Client_Compile', this.compilation(text, proto));
    return this.executable(made.word('executable'), text, parameters);
  }

  checkOpen(what: string): void {
    if (!this.open) throw clientClosed(what);
  }

  track(resource: Disposable): void {
    this.resources.add(resource);
  }

  forget(resource: Disposable): void {
    this.resources.delete(resource);
  }

  /** Waits for runs that are under way, frees what is left and closes the devices. May be called twice. */
  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await this.queue.idle();
    for (const resource of [...this.resources]) resource.dispose();
    this.api.call('PJRT_Client_Destroy', { client: this.address });
  }

  private kinds(): string {
    return this.devices.map(({ kind }) => kind).join(', ');
  }

  private compilation(text: string, proto: Uint8Array) {
    return { client: this.address, ...programFields(text, proto) };
  }

  private executable(address: Address, text: string, parameters: readonly Parameter[]): Executable {
    return new Executable(this, address, moduleName(text), parameters, this.devices);
  }

  /** Null if the plugin refuses what it once made: another processor, a damaged entry. */
  private async load(
    bytes: Uint8Array,
    text: string,
    parameters: readonly Parameter[],
  ): Promise<Executable | null> {
    try {
      const loaded = await this.api.callAsync('PJRT_Executable_DeserializeAndLoad', {
        client: this.address,
        serialized_executable: bytes,
        serialized_executable_size: bytes.length,
      });
      return this.executable(loaded.word('loaded_executable'), text, parameters);
    } catch (error) {
      if (error instanceof PjrtError) return null;
      throw error;
    }
  }

  private transfer(values: HostArray, shape: readonly number[], options: UploadOptions) {
    this.checkOpen('upload');
    const { elementType = typeOfArray(values), device = this.devices[0]! } = options;
    const type = { elementType, shape: [...shape] };
    if (!holds(values, elementType)) {
      throw badValue('upload', `an array that holds ${elementType}`, values.constructor.name);
    }
    if (values.length !== elementCount(shape)) {
      throw badValue('upload', `${elementCount(shape)} values for ${typeText(type)}`, String(values.length));
    }
    const dims = new BigInt64Array(Math.max(16, shape.length));
    shape.forEach((size, i) => (dims[i] = BigInt(size)));
    const fields = {
      client: this.address,
      data: values,
      type: typeCode(elementType),
      dims,
      num_dims: shape.length,
      device: device.address,
    };
    return { fields, wrap: (buffer: Address) => new DeviceBuffer(this, buffer, type, device) };
  }
}
