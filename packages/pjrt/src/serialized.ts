import koffi from 'koffi';
import type { Api } from './api.js';
import { PjrtError } from './errors.js';
import type { Address } from './native-memory.js';

/** A compiled program as bytes that the same plugin reads; null where it cannot. */
export function serialized(api: Api, executable: Address): Uint8Array | null {
  try {
    const made = api.call('PJRT_Executable_Serialize', { executable });
    const bytes = api.memory.bytes(made.word('serialized_bytes'), made.number('serialized_bytes_size'));
    const free = koffi.decode(
      made.word('serialized_executable_deleter'),
      koffi.proto('void', ['void*']),
    ) as unknown as (serialized: Address) => void;
    free(made.word('serialized_executable'));
    return bytes;
  } catch (error) {
    if (error instanceof PjrtError && error.code === 'PJRT_UNIMPLEMENTED') return null;
    throw error;
  }
}
