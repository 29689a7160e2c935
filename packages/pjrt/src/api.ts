import koffi from 'koffi';
import { functionMissing, pluginTooOld, reported } from './errors.js';
import { functionNames, type FunctionName } from './function-names.js';
import { NativeMemory, type Address } from './native-memory.js';
import { Struct, type FieldValue } from './struct.js';
import { structLayouts } from './struct-layouts.js';

export type CallName = keyof typeof structLayouts;
export type FieldOf<N extends CallName> = (typeof structLayouts)[N][number];
type Fields<N extends CallName> = Partial<Record<FieldOf<N>, FieldValue>>;

interface NativeFunction {
  (struct: BigUint64Array): Address | null;
  async(struct: BigUint64Array, done: (error: Error | null, result: Address | null) => void): void;
}

/** The table before was arranged otherwise. */
const oldestApi = { major: 0, minor: 57 };

/** Words of PJRT_Api before its functions: struct_size, extension_start, and the version's size, extensions, numbers. */
const headWords = 5;

/**
 * PJRT's table of functions. Each takes one struct and gives an error or null; what it found is in the struct.
 * Versions append to table and structs: how long the table is says what the plugin has, and `struct_size` tells the
 * plugin which fields are known here.
 */
export class Api {
  readonly memory = new NativeMemory();
  readonly version: { readonly major: number; readonly minor: number };
  private readonly table: BigUint64Array;
  private readonly bound = new Map<FunctionName, NativeFunction>();
  private readonly prototype = koffi.proto('void*', ['void*']);

  /**
   * @param api - what GetPjrtApi gave
   * @param file - of the plugin, for errors
   * @throws PLUGIN_TOO_OLD
   */
  constructor(api: Address, file: string) {
    const numbers = new Int32Array(this.memory.words(api, headWords).buffer.slice(32));
    this.version = { major: numbers[0]!, minor: numbers[1]! };
    const { major, minor } = this.version;
    if (major !== oldestApi.major || minor < oldestApi.minor) {
      throw pluginTooOld(file, this.versionText, `${oldestApi.major}.${oldestApi.minor}`);
    }
    const bytes = Number(this.memory.words(api, 1)[0]!);
    this.table = this.memory.words(api, Math.floor(bytes / 8)).slice(headWords);
  }

  get versionText(): string {
    return `${this.version.major}.${this.version.minor}`;
  }

  has(name: FunctionName): boolean {
    return (this.table[functionNames.indexOf(name)] ?? 0n) !== 0n;
  }

  /**
   * Calls on this thread, and gives the struct with what the plugin has written into it.
   * @throws FUNCTION_MISSING, or PJRT_* with the plugin's words
   */
  call<N extends CallName>(name: N, fields: Fields<N>): Struct<FieldOf<N>> {
    const struct = new Struct<FieldOf<N>>(structLayouts[name], fields);
    this.check(name, this.bind(name)(struct.words));
    return struct;
  }

  /** The same on a worker thread. */
  async callAsync<N extends CallName>(name: N, fields: Fields<N>): Promise<Struct<FieldOf<N>>> {
    const struct = new Struct<FieldOf<N>>(structLayouts[name], fields);
    const native = this.bind(name);
    const error = await new Promise<Address | null>((resolve, reject) =>
      native.async(struct.words, (failure, result) => (failure ? reject(failure) : resolve(result))),
    );
    this.check(name, error);
    return struct;
  }

  /** Waits for an event and destroys it. @throws what it reports */
  awaitEvent(event: Address): void {
    try {
      this.call('PJRT_Event_Await', { event });
    } finally {
      this.call('PJRT_Event_Destroy', { event });
    }
  }

  /** The same on a worker thread; an event that is ready takes no thread. */
  async awaitEventAsync(event: Address): Promise<void> {
    try {
      if (this.call('PJRT_Event_IsReady', { event }).boolean('is_ready'))
        this.call('PJRT_Event_Await', { event });
      else await this.callAsync('PJRT_Event_Await', { event });
    } finally {
      this.call('PJRT_Event_Destroy', { event });
    }
  }

  private bind(name: FunctionName): NativeFunction {
    const known = this.bound.get(name);
    if (known) return known;
    if (!this.has(name)) throw functionMissing(name, this.versionText);
    const address = this.table[functionNames.indexOf(name)]!;
    const native = koffi.decode(address, this.prototype) as unknown as NativeFunction;
    this.bound.set(name, native);
    return native;
  }

  private check(name: CallName, error: Address | null): void {
    if (error === null || error === 0n) return;
    const said = new Struct(structLayouts.PJRT_Error_Message, { error });
    this.bind('PJRT_Error_Message')(said.words);
    const text = this.memory.text(said.word('message'), said.number('message_size'));
    const status = new Struct(structLayouts.PJRT_Error_GetCode, { error });
    this.bind('PJRT_Error_GetCode')(status.words);
    this.bind('PJRT_Error_Destroy')(new Struct(structLayouts.PJRT_Error_Destroy, { error }).words);
    throw reported(name.replace('PJRT_', ''), status.int('code'), text);
  }
}
