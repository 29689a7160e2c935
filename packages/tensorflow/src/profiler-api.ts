import { join } from 'node:path';
import koffi from 'koffi';
import { libraryFiles, type Pointer } from './c-api.js';
import { TensorFlowError } from './errors.js';

type Call<A extends unknown[], R> = (...args: A) => R;

/** Room for a protobuf message of TensorFlow's, generous: they take a few hundred bytes. */
const messageBytes = 4096;
/** sizeof(std::string) of libstdc++: an address, a length, and 16 bytes for short texts. */
const stringBytes = 32;

/**
 * TensorFlow's profiler (tsl::ProfilerSession). It has no C API, so its C++ functions are called by their mangled
 * names; the messages that it takes and gives go through protobuf's own parser and serializer.
 * @throws SYMBOL_NOT_FOUND in a TensorFlow whose profiler has another shape
 */
export function loadProfilerApi(folder: string) {
  const library = koffi.load(join(folder, libraryFiles[0]), { global: true });
  const bind = <A extends unknown[], R>(name: string, result: string, parameters: string[]): Call<A, R> => {
    try {
      return library.func(name, result, parameters) as unknown as Call<A, R>;
    } catch (cause) {
      throw new TensorFlowError(
        'SYMBOL_NOT_FOUND',
        `profile: expected TensorFlow's profiler in ${folder}, got a library without ${name}`,
        {
          kind: 'failed',
          cause,
          hint: 'Profiles need TensorFlow 2.21; `ganymede backend install tensorflow` installs it.',
        },
      );
    }
  };
  const P = 'void*';
  const libc = koffi.load('libc.so.6');
  const allocate = libc.func('calloc', P, ['size_t', 'size_t']) as unknown as Call<[number, number], Pointer>;
  const construct = (name: string): Call<[Pointer, null], void> =>
    bind(`_ZN10tensorflow${name}C1EPN6google8protobuf5ArenaE`, 'void', [P, P]);
  return {
    newOptions: construct('14ProfileOptions'),
    deleteOptions: bind<[Pointer], void>('_ZN10tensorflow14ProfileOptionsD1Ev', 'void', [P]),
    newSpace: construct('8profiler6XSpace'),
    deleteSpace: bind<[Pointer], void>('_ZN10tensorflow8profiler6XSpaceD1Ev', 'void', [P]),
    parse: bind<[Pointer, Uint8Array, number], boolean>(
      '_ZN6google8protobuf11MessageLite14ParseFromArrayEPKvi',
      'bool',
      [P, P, 'int'],
    ),
    serialize: bind<[Pointer, Pointer], boolean>(
      '_ZNK6google8protobuf11MessageLite17SerializeToStringEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE',
      'bool',
      [P, P],
    ),
    /** The session is written to where the first argument points (a returned std::unique_ptr). */
    create: bind<[BigUint64Array, Pointer], void>(
      '_ZN3tsl15ProfilerSession6CreateERKN10tensorflow14ProfileOptionsE',
      'void',
      [P, P],
    ),
    /** An absl::Status is written to where the first argument points: 1 is OK. */
    collect: bind<[BigUint64Array, Pointer, Pointer], void>(
      '_ZN3tsl15ProfilerSession11CollectDataEPN10tensorflow8profiler6XSpaceE',
      'void',
      [P, P, P],
    ),
    deleteSession: bind<[Pointer], void>('_ZN3tsl15ProfilerSessionD1Ev', 'void', [P]),
    allocateMessage: (): Pointer => allocate(1, messageBytes),
    allocateString: (): Pointer => allocate(1, stringBytes),
    free: libc.func('free', 'void', [P]) as unknown as Call<[Pointer], void>,
    view: (pointer: Pointer, bytes: number): ArrayBuffer => koffi.view(pointer, bytes),
  };
}

export type ProfilerApi = ReturnType<typeof loadProfilerApi>;
