import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { noNetwork } from './errors.js';
import { runPip, selection, type PipOptions } from './pip.js';
import { pipFolder } from './pip-download.js';
import { fileStart, type WheelPin } from './wheel-pin.js';

/** Milliseconds in which the index tells where a wheel lies. */
const askingMs = 60_000;
/** Milliseconds without a byte after which a connection is given up. */
const silenceMs = 30_000;

/**
 * Where the index that pip uses has the wheel; null where pip does not tell. No version is below 0, so pip looks at every
 * wheel, logs its address, and downloads none.
 * @throws NO_NETWORK, and as `runPip`
 */
async function addressOf(
  wheel: WheelPin,
  folder: string,
  options: Omit<PipOptions, 'temporary'>,
): Promise<string | null> {
  const temporary = pipFolder(folder);
  await mkdir(temporary, { recursive: true });
  const { output, failure } = await runPip(
    wheel,
    ['download', '-vv', '--dest', temporary, ...selection(wheel), `${wheel.distribution}<0`],
    { ...options, temporary, limitMs: askingMs },
  );
  const addresses = [...output.matchAll(/Found link (https?:\/\/[^\s#]+\.whl)/g)].map(
    ([, address]) => address!,
  );
  const found = addresses.find((address) =>
    decodeURIComponent(basename(address)).startsWith(fileStart(wheel)),
  );
  if (found === undefined && failure?.code === 'NO_NETWORK') throw failure;
  return found ?? null;
}

/**
 * Fetches the rest of a wheel.
 * @param part - the bytes that are there; grows
 * @returns whether the rest came. Where it did not, what came stays
 */
async function fetchRest(
  address: string,
  part: string,
  { signal, onBytes }: { signal?: AbortSignal | undefined; onBytes?: ((bytes: number) => void) | undefined },
): Promise<boolean> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  let bytes = (await stat(part)).size;
  try {
    const ends = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
    const response = await fetch(address, {
      headers: { range: `bytes=${bytes}-`, 'accept-encoding': 'identity' },
      signal: ends,
    });
    // A server that knows no ranges sends the file from its start.
    const continues = response.status === 206;
    if (!response.ok || response.body === null) return false;
    if (continues && !response.headers.get('content-range')?.startsWith(`bytes ${bytes}-`)) return false;
    if (!continues) bytes = 0;
    const output = createWriteStream(part, { flags: continues ? 'a' : 'w' });
    const written = finished(output);
    // The loop learns of a failure when it writes next, or at the end.
    written.catch(() => undefined);
    try {
      // A stream of `fetch` (undici 6.24) is never at its end where the signal comes after its last byte and before that is read.
      const chunks = Readable.fromWeb(response.body as ReadableStream<Uint8Array>, { signal: ends });
      for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
        timer.refresh();
        if (output.errored) break;
        if (!output.write(chunk)) await Promise.race([once(output, 'drain'), written]);
        onBytes?.((bytes += chunk.length));
      }
    } finally {
      output.end();
      await written;
    }
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    // What the disk says is no matter of the network.
    if (/^E(NOSPC|IO|DQUOT|ACCES|ROFS)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Goes on with a download that was interrupted, by a range request to where pip's index has the wheel.
 * @param part - the first bytes of the wheel
 * @returns the path of the wheel, unchecked; null where it cannot be gone on with
 * @throws NO_NETWORK where the connection was lost: what came stays in `part`; an AbortError
 */
export async function resumeDownload(
  wheel: WheelPin,
  folder: string,
  part: string,
  {
    onBytes,
    ...options
  }: Omit<PipOptions, 'temporary'> & { onBytes?: ((bytes: number) => void) | undefined } = {},
): Promise<string | null> {
  const address = await addressOf(wheel, folder, options);
  if (address === null) return null;
  const first = (await stat(part)).size;
  for (let before = first; ;) {
    if (await fetchRest(address, part, { signal: options.signal, onBytes })) {
      const file = join(folder, `${fileStart(wheel)}resumed.whl`);
      await rename(part, file);
      return file;
    }
    const now = (await stat(part)).size;
    if (now > before) before = now;
    else if (now > first) throw noNetwork(wheel);
    else return null; // a proxy, say, that pip knows and this program does not
  }
}
