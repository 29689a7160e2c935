import { existsSync, realpathSync, statSync } from 'node:fs';
import { Api } from './api.js';
import { Client } from './client.js';
import { compileAhead, type Target } from './compile-ahead.js';
import { pluginNotFound } from './errors.js';
import { namedValues, readNamedValues, type NamedValue } from './named-values.js';
import { openPlugin } from './open-library.js';

export interface ClientOptions {
  /** Of the plugin: GPUs take `preallocate`, `memory_fraction`, `visible_devices`; the processor plugin takes none. */
  readonly options?: Readonly<Record<string, NamedValue>>;
}

/** One PJRT plugin, in memory until the process ends. */
export class Plugin {
  private constructor(
    readonly file: string,
    /** For this package only. */
    readonly api: Api,
    /** What the plugin says of itself: `stablehlo_current_version`, `xla_version` and others. */
    readonly attributes: Readonly<Record<string, NamedValue>>,
  ) {}

  /**
   * Loads a plugin, once in a process: later calls use the same.
   * @param file - path of the shared library; `findPlugin` looks for one
   * @throws PLUGIN_NOT_FOUND, PLUGIN_NOT_LOADED, PLUGIN_TOO_OLD, STACK_TOO_SMALL
   */
  static load(file: string): Plugin {
    if (!existsSync(file)) throw pluginNotFound([file]);
    const api = new Api(openPlugin(realpathSync(file)), file);
    api.call('PJRT_Plugin_Initialize', {});
    const told = api.call('PJRT_Plugin_Attributes', {});
    return new Plugin(
      file,
      api,
      readNamedValues(api, told.word('attributes'), told.number('num_attributes')),
    );
  }

  /** `0.81` */
  get apiVersion(): string {
    return this.api.versionText;
  }

  /** Differs between builds of a plugin: what a serialised executable belongs to. */
  get identity(): string {
    const { size, mtimeMs } = statSync(this.file);
    return JSON.stringify([this.apiVersion, this.attributes, size, Math.floor(mtimeMs)]);
  }

  /** Compiles for devices that this machine need not have: see `compileAhead`. */
  compileAhead(text: string, target: Target): Promise<Uint8Array | null> {
    return compileAhead(this.api, text, target);
  }

  /** Opens the devices, off the main thread: on a GPU it takes seconds. */
  async createClient({ options = {} }: ClientOptions = {}): Promise<Client> {
    const values = namedValues(options);
    const made = await this.api.callAsync('PJRT_Client_Create', {
      create_options: values,
      num_options: values.count,
    });
    return new Client(this, made.word('client'));
  }
}
