import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  weightsOf,
  type Generator,
  type NamedVariables,
} from '@ganymede/core';
import { foldedTensors } from '@ganymede/layers';
import { parseSafetensors, type HostTensor, type HostTensors } from '@ganymede/safetensors';
import { badRequest, generatorIncompatible } from './errors.js';
import { fetchFile, fetchText, type Fetch } from './fetch-file.js';
import {
  generatorConfigName,
  generatorDamaged,
  parseGeneratorConfig,
  type GeneratorConfig,
} from '@ganymede/generator-files';
import { generatorFactory } from './known-generators.js';
import {
  countOf,
  drawLatents,
  resolveRequest,
  type GenerateRequest,
  type LatentsRequest,
} from './request.js';
import { statisticsAt } from './statistics-at.js';

/** Bytes that have come, of all that are fetched. */
export type LoadProgress = (loaded: number, total: number) => void;

/**
 * Does a piece of work, all of it at once, while the engine that is meant is tfjs's current one. What was made on an engine is read and
 * freed there whichever is the current one.
 */
export type OnEngine = <T>(work: () => T) => Promise<T>;

export interface LoadOptions {
  readonly get: Fetch;
  /** On tfjs's current engine by default. */
  readonly onEngine?: OnEngine;
  readonly signal?: AbortSignal;
  readonly onProgress?: LoadProgress;
  /** Absolute addresses of its files by name, where they are not beside each other: bundlers rename what they take along. */
  readonly addresses?: Readonly<Record<string, string>>;
}

/** Pixels of a batch, and where they belong. */
export interface GeneratedBatch {
  /** RGBA, [images of this batch, H, W, 4]. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** [images of this batch, H, W, C], meant to lie in [-1, 1]; null where the request did not ask for them. */
  readonly values: Float32Array<ArrayBuffer> | null;
  /** Index of its first image. */
  readonly first: number;
}

/** Images at a time: enough that the device is busy, and few enough that the first ones are soon there. */
const batchSize = 8;

/** An exported generator. */
export class LoadedGenerator {
  /** Threshold of the statistics that the network has now; null for the running averages. */
  private statisticsNow: number | null = null;

  private constructor(
    readonly config: GeneratorConfig,
    private readonly network: Generator,
    private readonly running: HostTensors,
    private readonly tables: HostTensors | null,
    private readonly onEngine: OnEngine,
  ) {}

  get latentSize(): number {
    return this.network.latentSize;
  }

  /**
   * Loads the folder of an export.
   * @param address - absolute, of the folder (with a slash at its end) or of its `config.json`
   * @throws GENERATOR_NOT_FOUND, GENERATOR_DAMAGED, GENERATOR_INCOMPATIBLE, GENERATOR_TOO_NEW, and what the signal was
   * aborted with
   */
  static async load(
    address: string,
    { get, signal, onProgress, addresses = {}, onEngine = async (work) => work() }: LoadOptions,
  ): Promise<LoadedGenerator> {
    const where =
      addresses[generatorConfigName] ??
      new URL(address.endsWith('.json') ? '' : generatorConfigName, address).href;
    const config = parseGeneratorConfig(await fetchText(where, get, signal), where);
    // Weights come from the files: where a network can, it begins without drawing any.
    const factory = generatorFactory(
      { ...config.generator, ...('initialization' in config.generator && { initialization: 'zeros' }) },
      where,
    );
    const statisticsFile = config.statistics?.file;
    const files = [...config.weights.files, ...(statisticsFile ? [statisticsFile] : [])];
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let loaded = 0;
    const onBytes = (count: number): void => onProgress?.((loaded += count), total);
    onBytes(0);
    const contents = await Promise.all(
      files.map(async (file) => {
        const own = addresses[file.name] ?? new URL(file.name, where).href;
        const bytes = await fetchFile(own, file, { get, onBytes, ...(signal && { signal }) });
        return parseSafetensors(bytes, file.name).tensors;
      }),
    );
    const tables = statisticsFile ? contents.pop()! : null;
    const network = await onEngine(() =>
      factory.create({
        imageShape: config.imageShape,
        classes: config.classes.length,
        random: RandomStream.create(0, 'generator-weights'),
      }),
    );
    try {
      const tensors = merged(contents, where);
      await onEngine(() => assign(network, tensors, where));
      if (tables) expectTables(tables, config, tensors, where);
      for (const { name, vector } of config.directions)
        if (vector.length !== network.latentSize)
          throw generatorIncompatible(
            `${where}: direction ${name}`,
            `${network.latentSize} numbers`,
            String(vector.length),
          );
      const running = Object.fromEntries(Object.keys(tables ?? {}).map((name) => [name, tensors[name]!]));
      return new LoadedGenerator(config, network, running, tables, onEngine);
    } catch (error) {
      disposeNetwork(network);
      throw error;
    }
  }

  /**
   * Images in batches, as they are made.
   * @throws BAD_REQUEST, BAD_SEED, and what the signal was aborted with, between two batches
   */
  async *generate(
    request: GenerateRequest,
    signal?: AbortSignal,
  ): AsyncGenerator<GeneratedBatch, void, undefined> {
    const { latentSize } = this;
    const resolved = resolveRequest(request, { ...this.config, latentSize });
    const { z, classWeights, count, statisticsAt: threshold } = resolved;
    const classes = this.config.classes.length;
    const size = Math.min(batchSize, count);
    for (let first = 0; first < count; first += size) {
      signal?.throwIfAborted();
      const images = Math.min(size, count - first);
      // The last batch is filled up: on a GPU another size is another program to compile.
      const values = await this.images(
        threshold,
        padded(z.subarray(first * latentSize, (first + images) * latentSize), size * latentSize),
        padded(classWeights.subarray(first * classes, (first + images) * classes), size * classes),
        size,
      );
      const { height, width, channels } = this.config.imageShape;
      const own = request.values === true ? values.slice(0, images * height * width * channels) : null;
      yield { pixels: rgba(values, images, this.config.imageShape), values: own, first };
    }
  }

  /** The latents that a request draws, [count x latentSize]. @throws BAD_REQUEST, BAD_SEED */
  latents(request: LatentsRequest): Float32Array {
    const { prior } = this.config;
    return drawLatents(request, countOf(request, this.latentSize), { prior, latentSize: this.latentSize });
  }

  dispose(): void {
    disposeNetwork(this.network);
  }

  private async images(
    threshold: number | null,
    z: Float32Array,
    classWeights: Float32Array,
    size: number,
  ): Promise<Float32Array> {
    const images = await this.onEngine(() => {
      // Of each batch: between two of them another request may have had its own.
      this.useStatistics(threshold);
      return tf.tidy(() =>
        this.network.generate(
          tf.tensor2d(z, [size, this.latentSize]),
          tf.tensor2d(classWeights, [size, this.config.classes.length]),
          evaluationCall,
        ),
      );
    });
    try {
      return (await images.data()) as Float32Array;
    } finally {
      images.dispose();
    }
  }

  private useStatistics(threshold: number | null): void {
    if (threshold === this.statisticsNow || !this.tables) return;
    const variables = variablesOf(this.network);
    const chosen = threshold === null ? null : statisticsAt(this.tables, this.config.statistics!, threshold);
    for (const name of Object.keys(this.tables))
      assignOne(variables[name]!, chosen?.[name] ?? (this.running[name]!.data as Float32Array));
    this.statisticsNow = threshold;
  }
}

function merged(contents: readonly HostTensors[], where: string): HostTensors {
  const all: Record<string, HostTensor> = {};
  for (const [name, tensor] of contents.flatMap((tensors) => Object.entries(tensors))) {
    if (name in all) throw generatorDamaged(where, 'each tensor once', `${name} in two files`);
    all[name] = tensor;
  }
  return all;
}

const shown = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');

/** What an export holds values of: nothing that only training needs. */
function variablesOf(network: Generator): NamedVariables {
  const names = new Set(Object.keys(foldedTensors(network)));
  const all = Object.entries({ ...weightsOf(network), ...stateOf(network) });
  return Object.fromEntries(all.filter(([name]) => names.has(name)));
}

/** Every variable gets its values, or none does. @throws GENERATOR_INCOMPATIBLE */
function assign(network: Generator, tensors: HostTensors, where: string): void {
  const variables = variablesOf(network);
  const missing = Object.keys(variables).filter((name) => !(name in tensors));
  if (missing.length > 0) throw generatorIncompatible(where, `weights of ${shown(missing)}`, 'none');
  const unknown = Object.keys(tensors).filter((name) => !(name in variables));
  if (unknown.length > 0) throw generatorIncompatible(where, 'weights of the network alone', shown(unknown));
  for (const [name, { shape }] of Object.entries(variables)) {
    const tensor = tensors[name]!;
    if (tensor.shape.join() !== shape.join())
      throw generatorIncompatible(
        `${where}: ${name}`,
        `[${shape.join(', ')}]`,
        `[${tensor.shape.join(', ')}]`,
      );
    const bad = (tensor.data as Float32Array).find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw generatorDamaged(`${where}: ${name}`, 'finite numbers', String(bad));
  }
  for (const [name, variable] of Object.entries(variables))
    assignOne(variable, tensors[name]!.data as Float32Array);
}

function assignOne(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, 'float32')));
}

function expectTables(
  tables: HostTensors,
  { statistics }: GeneratorConfig,
  tensors: HostTensors,
  where: string,
): void {
  const rows = statistics!.thresholds.length;
  for (const [name, { shape }] of Object.entries(tables)) {
    const expected = [rows, ...(tensors[name]?.shape ?? [])];
    if (!(name in tensors) || shape.join() !== expected.join())
      throw generatorIncompatible(
        `${where}: statistics ${name}`,
        `[${expected.join(', ')}]`,
        `[${shape.join(', ')}]`,
      );
  }
}

function padded(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values;
  const result = new Float32Array(length);
  result.set(values);
  return result;
}

/** [-1, 1] to 0..255 by floor((x + 1) 127.5 + 0.5), as everywhere in the toolkit; gray becomes RGB. */
export function rgba(
  values: Float32Array,
  images: number,
  { height, width, channels }: GeneratorConfig['imageShape'],
): Uint8ClampedArray<ArrayBuffer> {
  const positions = images * height * width;
  const pixels = new Uint8ClampedArray(positions * 4);
  const byte = (value: number): number => Math.floor((value + 1) * 127.5 + 0.5);
  for (let i = 0; i < positions; i++) {
    for (let c = 0; c < 3; c++) pixels[i * 4 + c] = byte(values[i * channels + (channels === 1 ? 0 : c)]!);
    pixels[i * 4 + 3] = channels === 4 ? byte(values[i * channels + 3]!) : 255;
  }
  if (values.some((value) => Number.isNaN(value))) throw badRequest('images', 'numbers', 'NaN');
  return pixels;
}
