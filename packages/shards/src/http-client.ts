import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGanymedeError } from '@ganymede/core';
import { notFetched, nothingThere, shardMissing, shardShort } from './errors.js';

export interface HttpOptions {
  /** Tries after the first one that failed, in a row without a byte. */
  readonly retries: number;
  /** Before the first of them, milliseconds; each further one waits twice as long. */
  readonly backoffMs: number;
  /** Without a byte for so long, a try has failed; milliseconds. */
  readonly idleMs: number;
}

/** What a server says of a file. */
export interface RemoteFile {
  readonly bytes: number;
  /** Whether parts of it can be asked for. */
  readonly ranges: boolean;
  /** What changes when the file does: its entity tag or time of change; null where the server tells neither. */
  readonly validator: string | null;
}

/** Where a download goes; `restart` gives up what was written. */
export interface DownloadTarget {
  restart(): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
}

/** A failure that may pass. */
class Transient extends Error {
  constructor(
    reason: string,
    readonly waitMs: number | null = null,
  ) {
    super(reason);
  }
}

const passing = new Set([408, 425, 429, 500, 502, 503, 504]);
/** A server that asks for more patience than this is told as one that fails. */
const longestWaitMs = 120_000;

function reasonOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { readonly message?: string };
  };
  return cause?.message ?? message ?? String(error);
}

/** GET over HTTP(S) that tries again, with waits that double. */
export class HttpClient {
  private readonly closing = new AbortController();

  constructor(private readonly options: HttpOptions) {
    // Every request that waits listens to it, as many as there are; Node would warn of a leak from the eleventh on.
    setMaxListeners(0, this.closing.signal);
  }

  /** Gives up what is under way. */
  close(): void {
    this.closing.abort();
  }

  /** A whole small file; null where there is none. */
  async read(url: string): Promise<Buffer | null> {
    return this.trying(url, async (watch) => {
      const response = await this.get(url, {}, watch);
      if (response === null) return null;
      const expected = lengthOf(response);
      const bytes = await bodyOf(response, watch);
      if (expected !== null && bytes.length < expected)
        throw new Transient(`${bytes.length} of ${expected} bytes`);
      return bytes;
    });
  }

  /** Asks for one byte, which says all three; null where there is no file. */
  async look(url: string): Promise<RemoteFile | null> {
    return this.trying(url, async (watch) => {
      const response = await this.get(url, { range: 'bytes=0-0' }, watch);
      if (response === null) return null;
      const { headers, status } = response;
      const total = /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
      const bytes = status === 206 ? (total === undefined ? null : Number(total)) : lengthOf(response);
      await response.body?.cancel();
      if (bytes === null)
        throw nothingThere(shownAddress(url), 'a server that does not tell the size of its files');
      const validator = headers.get('etag') ?? headers.get('last-modified');
      return { bytes, ranges: status === 206, validator };
    });
  }

  /** @returns `length` bytes from `offset` on; the server must give parts */
  async range(url: string, offset: number, length: number): Promise<Buffer> {
    return this.trying(url, async (watch) => {
      const response = await this.get(url, { range: `bytes=${offset}-${offset + length - 1}` }, watch);
      if (response === null) throw shardMissing(shownAddress(url));
      if (response.status !== 206) {
        await response.body?.cancel();
        throw new Transient('the whole of a file instead of a part');
      }
      const bytes = await bodyOf(response, watch);
      if (bytes.length !== length) throw new Transient(`${bytes.length} of ${length} bytes`);
      return bytes;
    });
  }

  /** A whole file, piece by piece; after a break it goes on where it was, if the server gives parts. */
  async download(url: string, { bytes, ranges }: RemoteFile, target: DownloadTarget): Promise<void> {
    let at = 0;
    await this.trying(url, async (watch) => {
      const response = await this.get(url, at > 0 && ranges ? { range: `bytes=${at}-` } : {}, watch);
      if (response === null) throw shardMissing(shownAddress(url));
      if (at > 0 && response.status !== 206) {
        await target.restart();
        at = 0;
      }
      for await (const chunk of chunksOf(response, watch)) {
        at += chunk.length;
        if (at > bytes) throw shardShort(shownAddress(url), bytes, at);
        await target.write(chunk);
      }
      if (at < bytes) throw new Transient(`${at} of ${bytes} bytes`);
    });
  }

  /** @returns null for 404 and 410 */
  private async get(
    url: string,
    headers: Readonly<Record<string, string>>,
    watch: Watch,
  ): Promise<Response | null> {
    const response = await fetch(url, {
      // What is compressed on the way has other sizes, and no parts.
      headers: { ...headers, 'accept-encoding': 'identity' },
      signal: watch.signal,
    });
    watch();
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return null;
    if (passing.has(response.status)) {
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      const asked = Number.isFinite(seconds) ? 1000 * seconds : null;
      throw new Transient(
        `status ${response.status}`,
        asked === null ? null : Math.min(asked, longestWaitMs),
      );
    }
    throw notFetched(shownAddress(url), 1, `status ${response.status}`, undefined);
  }

  private async trying<T>(url: string, attempt: (watch: Watch) => Promise<T>): Promise<T> {
    const { retries, backoffMs, idleMs } = this.options;
    for (let failed = 1; ; failed++) {
      const idle = new AbortController();
      const timer = setTimeout(() => idle.abort(new Error(`nothing for ${idleMs / 1000} s`)), idleMs);
      // It must not keep a process alive that has nothing else to do.
      timer.unref();
      let heard = 0;
      const watch: Watch = Object.assign(
        () => {
          heard++;
          timer.refresh();
        },
        { signal: AbortSignal.any([this.closing.signal, idle.signal]) },
      );
      try {
        return await attempt(watch);
      } catch (error) {
        if (isGanymedeError(error) || this.closing.signal.aborted) throw error;
        // The head of an answer is no progress.
        if (heard > 1) failed = 1;
        const reason = idle.signal.aborted ? reasonOf(idle.signal.reason) : reasonOf(error);
        if (failed > retries) throw notFetched(shownAddress(url), failed, reason, error);
        const asked = error instanceof Transient ? error.waitMs : null;
        await sleep(asked ?? backoffMs * 2 ** (failed - 1), undefined, { signal: this.closing.signal });
      } finally {
        clearTimeout(timer);
      }
    }
  }
}

/** Called whenever something came; its signal ends a try. */
interface Watch {
  (): void;
  readonly signal: AbortSignal;
}

function lengthOf(response: Response): number | null {
  const text = response.headers.get('content-length');
  return text === null ? null : Number(text);
}

/**
 * As a stream of Node, which the signal ends whatever happens. One of `fetch` (undici 6.24) is never at its end where the
 * signal comes after its last byte and before that is read.
 */
async function* chunksOf({ body }: Response, watch: Watch): AsyncGenerator<Uint8Array> {
  const stream = Readable.fromWeb(body as ReadableStream<Uint8Array>, { signal: watch.signal });
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    watch();
    yield chunk;
  }
}

async function bodyOf(response: Response, watch: Watch): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(response, watch)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An address without what may be a secret: what is behind its question mark. */
export function shownAddress(address: string): string {
  return address.replace(/[?#].*$/s, '');
}
