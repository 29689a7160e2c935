import type { CApi, Pointer } from './c-api.js';

/** A copy of what a TF_Buffer holds. */
export function bufferBytes(api: CApi, buffer: Pointer): Uint8Array {
  const header = new BigUint64Array(2); // TF_Buffer: const void* data; size_t length; ...
  api.copy(header, buffer, header.byteLength);
  const bytes = new Uint8Array(Number(header[1]));
  if (bytes.length > 0) api.copy(bytes, header[0]!, bytes.length);
  return bytes;
}
