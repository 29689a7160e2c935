import { startBackend } from './backends/start-backend.js';
import { badRequest, toPlainError } from './errors.js';
import { LoadedGenerator } from './loaded-generator.js';
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.js';

/** Runs one generator behind messages; requests wait for those before them, since there is one device. */
export class GeneratorHost {
  private generator: LoadedGenerator | null = null;
  private last: Promise<void> = Promise.resolve();
  private readonly running = new Map<number, AbortController>();

  /**
   * @param send - takes answers, with the buffers that go along without being copied
   * @param now - milliseconds of a monotonic clock
   * @param here - address of the folder that this code was loaded from
   */
  constructor(
    private readonly send: (answer: WorkerAnswer, buffers?: ArrayBuffer[]) => void,
    private readonly now: () => number,
    private readonly here: string,
  ) {}

  receive(request: WorkerRequest): void {
    const { id } = request;
    if (request.kind === 'abort') {
      this.running.get(id)?.abort();
      return;
    }
    const abort = new AbortController();
    this.running.set(id, abort);
    this.last = this.last.then(async () => {
      try {
        if (request.kind === 'load') await this.load(request, abort.signal);
        else if (request.kind === 'generate') await this.generate(request, abort.signal);
        else this.latents(request);
      } catch (error) {
        this.send({ kind: 'error', id, error: toPlainError(error) });
      }
      this.running.delete(id);
    });
  }

  private async load(
    { id, address, addresses, backend, wasm }: Extract<WorkerRequest, { kind: 'load' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const started = await startBackend(backend, { wasm: wasm ?? this.here });
    const generator = await LoadedGenerator.load(address, {
      get: (url, options) => fetch(url, options),
      addresses,
      signal,
      onProgress: (loaded, total) => this.send({ kind: 'progress', id, loaded, total }),
    });
    this.generator?.dispose();
    this.generator = generator;
    const { config, latentSize } = generator;
    this.send({ kind: 'loaded', id, info: { config, latentSize, backend: started } });
  }

  private async generate(
    { id, request }: Extract<WorkerRequest, { kind: 'generate' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const start = this.now();
    for await (const { pixels, values, first } of this.loaded.generate(request, signal))
      this.send({ kind: 'batch', id, first, pixels, values }, [
        pixels.buffer,
        ...(values ? [values.buffer] : []),
      ]);
    this.send({ kind: 'done', id, milliseconds: this.now() - start });
  }

  private latents({ id, request }: Extract<WorkerRequest, { kind: 'latents' }>): void {
    const z = Float32Array.from(this.loaded.latents(request));
    this.send({ kind: 'latents', id, z }, [z.buffer]);
  }

  private get loaded(): LoadedGenerator {
    if (this.generator) return this.generator;
    throw badRequest('generator', 'one that was loaded', 'none');
  }
}
