import type { BrowserBackend } from './backends/browser-backend.js';
import { fromPlainError } from './errors.js';
import type { GeneratorConfig } from '@ganymede/generator-files';
import { GatheredImages } from './gathered-images.js';
import type { Images } from './images.js';
import type { GenerateRequest, LatentsRequest } from './request.js';
import type { LoadedInfo, WorkerAnswer, WorkerRequest } from './worker-protocol.js';

/** The part of a worker that is used here. */
export interface MessagePortLike {
  postMessage(request: WorkerRequest): void;
  addEventListener(name: 'message', listener: (event: { readonly data: WorkerAnswer }) => void): void;
  addEventListener(name: 'error', listener: (event: { readonly message?: string }) => void): void;
  terminate(): void;
}

export interface CallOptions {
  /** Ends the work before its next batch; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of images as they are made; `pixels` has them so far. */
  readonly onProgress?: (done: number, total: number, pixels: Uint8ClampedArray<ArrayBuffer>) => void;
}

interface Pending {
  readonly onAnswer: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Messages to the host of a generator, and its answers. */
export class HostConnection {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(private readonly port: MessagePortLike) {
    port.addEventListener('message', ({ data }) => this.pending.get(data.id)?.onAnswer(data));
    port.addEventListener('error', ({ message }) =>
      this.fail(new Error(message ?? 'the worker did not load')),
    );
  }

  /** @param onAnswer - returns the result when it is there, else undefined */
  call<T>(
    makeRequest: (id: number) => WorkerRequest,
    onAnswer: (answer: WorkerAnswer) => T | undefined,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => {
        this.port.postMessage({ kind: 'abort', id });
        end();
        // A page may abort with what is no error.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(signal!.reason);
      };
      const end = (): void => {
        this.pending.delete(id);
        signal?.removeEventListener('abort', onAbort);
      };
      this.pending.set(id, {
        onAnswer: (answer) => {
          if (answer.kind === 'error') {
            end();
            reject(fromPlainError(answer.error));
            return;
          }
          const result = onAnswer(answer);
          if (result === undefined) return;
          end();
          resolve(result);
        },
        reject,
      });
      signal?.addEventListener('abort', onAbort);
      this.port.postMessage(makeRequest(id));
    });
  }

  close(): void {
    this.port.terminate();
    this.fail(new DOMException('The generator was disposed of.', 'AbortError'));
  }

  private fail(error: unknown): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}

/** A trained generator in a worker of this page. */
export class BrowserGenerator {
  /** Of the run, its classes, its image shape, how it was trained. */
  readonly config: GeneratorConfig;
  readonly latentSize: number;
  /** The engine that runs it. */
  readonly backend: BrowserBackend;

  constructor(
    private readonly connection: HostConnection,
    { config, latentSize, backend }: LoadedInfo,
  ) {
    this.config = config;
    this.latentSize = latentSize;
    this.backend = backend;
  }

  /**
   * Makes images: those that `ganymede sample` makes with the same seed, up to 2 of 255 where weights are float16.
   * @throws BAD_REQUEST, BAD_SEED, and what the signal was aborted with
   */
  async generate(request: GenerateRequest = {}, { signal, onProgress }: CallOptions = {}): Promise<Images> {
    const count = request.latents ? request.latents.length / this.latentSize : (request.count ?? 1);
    let gathered: GatheredImages | null = null;
    return this.connection.call<Images>(
      (id) => ({ kind: 'generate', id, request }),
      (answer) => {
        if (answer.kind === 'batch') {
          // Made at the first batch: until then the request may be refused.
          gathered ??= new GatheredImages(this.config.imageShape, count, request.values === true);
          const done = gathered.add(answer);
          onProgress?.(done, count, gathered.pixels);
          return undefined;
        }
        return answer.kind === 'done' ? gathered!.whole(answer.milliseconds) : undefined;
      },
      signal,
    );
  }

  /**
   * The latents that a request draws, [count x latentSize]: to walk between them, or to go along directions.
   * @throws BAD_REQUEST, BAD_SEED
   */
  async latents(request: LatentsRequest = {}): Promise<Float32Array> {
    return this.connection.call<Float32Array>(
      (id) => ({ kind: 'latents', id, request }),
      (answer) => (answer.kind === 'latents' ? answer.z : undefined),
    );
  }

  /** Ends the worker; what is still being made is given up. */
  dispose(): void {
    this.connection.close();
  }
}
