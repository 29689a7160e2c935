import { sha256 } from '@noble/hashes/sha2.js';
import { generatorNotFound } from './errors.js';
import { generatorDamaged, type GeneratorFile } from '@ganymede/generator-files';

/** How files are got: `fetch`, or what stands for it. */
export type Fetch = (address: string, options: { readonly signal?: AbortSignal }) => Promise<Response>;

/** A small file as text. @throws GENERATOR_NOT_FOUND */
export async function fetchText(address: string, get: Fetch, signal?: AbortSignal): Promise<string> {
  return (await responseOf(address, get, signal)).text();
}

/**
 * A file of an exported generator, whole and unchanged, or an error.
 * @param onBytes - told of bytes as they come
 * @throws GENERATOR_NOT_FOUND, GENERATOR_DAMAGED, and what the signal was aborted with
 */
export async function fetchFile(
  address: string,
  { bytes: size, sha256: expected }: Pick<GeneratorFile, 'bytes' | 'sha256'>,
  {
    get,
    signal,
    onBytes,
  }: { readonly get: Fetch; readonly signal?: AbortSignal; readonly onBytes: (count: number) => void },
): Promise<Uint8Array> {
  const response = await responseOf(address, get, signal);
  const bytes = new Uint8Array(size);
  let done = 0;
  const reader = response.body?.getReader();
  if (!reader) throw generatorNotFound(address, 'an answer without content');
  try {
    for (;;) {
      const { value, done: isEnd } = await reader.read();
      if (isEnd) break;
      // What stands for `fetch` may not know of signals.
      signal?.throwIfAborted();
      // What is too long is not read to its end, which may never come.
      if (done + value.byteLength > size) throw generatorDamaged(address, `${size} bytes`, 'more');
      bytes.set(value, done);
      done += value.byteLength;
      onBytes(value.byteLength);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    signal?.throwIfAborted();
    if (error instanceof TypeError)
      throw generatorNotFound(address, `${done} of ${size} bytes: ${error.message}`, error);
    throw error;
  }
  if (done !== size) throw generatorDamaged(address, `${size} bytes`, `${done}`);
  const found = await hashOf(bytes);
  if (found !== expected)
    throw generatorDamaged(`${address}: SHA-256`, expected.slice(0, 16), found.slice(0, 16));
  return bytes;
}

async function responseOf(address: string, get: Fetch, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await get(address, { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    throw generatorNotFound(address, error instanceof Error ? error.message : String(error), error);
  }
  if (!response.ok) throw generatorNotFound(address, `status ${response.status}`);
  return response;
}

/** The browser's own hash where it offers one, which it does on `https:` and on this machine only. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  const hash = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes);
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
